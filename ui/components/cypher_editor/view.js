// The text field of the Query page. Until the editor has arrived, or where it fails, it is a plain
// text area that does the same. Text from data goes to textContent or into the editor as text.
const SEND_MS = 500;

export default function (component) {
  const { parentElement } = component;
  const box = parentElement.querySelector(".editor");
  const field = box.field ??= plain(box);
  field.component = component;
  follow(field);
  if (!field.rich) {
    if (globalThis.magnetraceCypherEditor) enrich(field);
    else globalThis.addEventListener("cypher-editor", () => enrich(field), { once: true });
  }
  return () => clearTimeout(field.waiting);
}

function plain(box) {
  const area = box.querySelector("textarea");
  const field = { box, area, rich: null, revision: null, said: "", text: () => field.rich ? field.rich.text() : area.value };
  area.addEventListener("input", () => later(field));
  area.addEventListener("blur", () => tell(field));
  area.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(field); }
  });
  return field;
}

// A text that comes anew from outside replaces what stands here; what was typed never does.
function follow(field) {
  const { data, parentElement } = field.component;
  parentElement.querySelector(".name").textContent = data.label;
  field.box.classList.toggle("dark", isDark(field.box));
  if (field.revision !== data.revision) {
    field.revision = data.revision;
    field.said = data.text;
    if (field.text() !== data.text) {
      if (field.rich) field.rich.setText(data.text); else field.area.value = data.text;
    }
  }
  field.area.placeholder = data.hint;
  field.area.maxLength = data.most;
  field.rich?.setWords(data.words);
  field.box.dataset.labels = String(data.words.labels.length);
  mark(field);
}

function enrich(field) {
  if (field.rich) return;
  const { data } = field.component;
  const focused = field.area.matches(":focus");
  try {
    field.rich = globalThis.magnetraceCypherEditor({
      parent: field.box, text: field.area.value, label: data.label, hint: data.hint, words: data.words, most: data.most,
      onText: () => { later(field); mark(field); }, onRun: () => run(field), onLeave: () => tell(field),
    });
  } catch (error) {
    console.warn("The editor cannot be shown; a plain text field is.", error);
    return;
  }
  field.area.remove();
  if (focused) field.rich.view.focus();
  field.box.dataset.ready = "1";
  mark(field);
}

function mark(field) {
  const { data, parentElement } = field.component, line = parentElement.querySelector(".marks");
  const fresh = data.marks.of === field.text();       // marks of an older text would stand beside the point
  const found = fresh ? data.marks.found : [];
  field.box.dataset.checked = fresh ? String(found.length) : "";
  line.textContent = found.map(each => each.message).join("\n");
  line.className = "marks " + (found[0]?.severity ?? "");
  if (field.rich && (fresh || field.marked)) {
    field.marked = found.length > 0;
    queueMicrotask(() => field.rich.setMarks(found));  // not within the editor's own update
  }
}

function later(field) {
  clearTimeout(field.waiting);
  field.waiting = setTimeout(() => tell(field), SEND_MS);
}

function tell(field) {
  clearTimeout(field.waiting);
  if (field.text() !== field.said) send(field, false);
}

const run = field => send(field, true);

function send(field, asksToRun) {
  clearTimeout(field.waiting);
  field.said = field.text();
  // The time tells a text apart that has been sent before.
  field.component.setStateValue("sent", { text: field.said, at: performance.timeOrigin + performance.now(), run: asksToRun });
}

function isDark(element) {
  const [r, g, b] = (getComputedStyle(element).backgroundColor.match(/\d+/g) ?? [255, 255, 255]).map(Number);
  return r + g + b < 300;
}
