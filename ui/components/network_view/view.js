// Draws what Python built. Text from data goes to the canvas or to textContent, never to HTML.
const LIGHT = {
  ink: "#1F2933", ground: "#FFFFFF", muted: "#E4E7EB", mutedInk: "#4A5560", mutedEdge: "#D5D8DC", action: "#0B5CAD",
  border: "#7B8794", edges: ["#C3C0D4", "#ABA7D0", "#8C86BF", "#6A51A3", "#3F007D"], plain: "#9AA5B1", cut: "#8F6F00", coast: "#B4BCC6",
};
const DARK = {
  ink: "#E8ECF1", ground: "#11161C", muted: "#2B333D", mutedInk: "#AEB6C0", mutedEdge: "#39424D", action: "#7AB8FF",
  border: "#9AA5B1", edges: ["#4B5060", "#66659A", "#8079C4", "#A08BE8", "#C9B6FF"], plain: "#66707C", cut: "#F6D743", coast: "#4A5560",
};
const STEP_MS = 450;
const REPORT_MS = 250;
const HIGHEST = 560;
const ASK_AGAIN_MS = 1500;

const luminance = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const isHex = colour => /^#[0-9a-f]{6}$/i.test(colour);
const inkOn = (fill, look) => !isHex(fill) ? look.ink
  : 1.05 / (luminance(fill) + 0.05) > (luminance(fill) + 0.05) / 0.0635 ? "#FFFFFF" : "#1F2933";

// Comes once a session, behind the library; entry.js is what each message brings along.
export default function () {
  globalThis.magnetraceNetwork = render;
  globalThis.dispatchEvent(new Event("network-library"));
}

function render(component) {
  const { parentElement, setStateValue, setTriggerValue } = component, data = { ...component.data };
  const net = parentElement.querySelector(".net");
  let view = net.view;
  const fresh = !view || view.revision !== data.revision;
  if (data.weeks && view?.data?.weeks === data.weeks) data.frames = view.data.frames;    // sent once
  if ((fresh && !data.drawing) || (data.weeks && !data.frames)) { ask(net, setStateValue); return; }
  if (fresh) {
    clearTimeout(net.asking);
    stop(view);
    view?.network.destroy();
    view = net.view = draw(net, data);
  }
  Object.assign(view, {
    parent: parentElement, data, setStateValue, setTriggerValue,
    look: isDark(net) ? DARK : LIGHT,
  });
  if (fresh) {
    view.network.once("afterDrawing", () => {
      net.dataset.ready = "1";
    });
    fit(view);
    view.network.redraw();
  }
  net.dataset.view = data.view;
  net.setAttribute("aria-label", data.label);
  keys(view);
  legend(view);
  player(view);
  tools(view);
  paint(view);
  return () => stop(view);
}

// A page that is laid out anew may put a fresh element in the place of one that had drawn, and of two
// messages in a row the first may never be drawn. Asking starts the page afresh, so each wait is twice
// the last: a slow page must have time to answer.
function ask(net, setStateValue) {
  clearTimeout(net.asking);
  setStateValue("lost", performance.now());
  net.patience = 2 * (net.patience ?? ASK_AGAIN_MS / 2);
  net.asking = setTimeout(() => { if (!net.view && net.isConnected) ask(net, setStateValue); }, net.patience);
}

function isDark(element) {
  const [r, g, b] = (getComputedStyle(element).backgroundColor.match(/\d+/g) ?? [255, 255, 255]).map(Number);
  return r + g + b < 300;
}

function draw(net, data) {
  const { nodes, edges, heads, options, ground, window: seen } = data.drawing;
  delete net.dataset.ready;
  const view = {
    revision: data.revision, net, heads, seen, week: 0, sent: [], timer: null, moved: false, base: new Map(nodes.map(n => [n.id, n])),
    nodes: new globalThis.vis.DataSet(nodes.map(n => ({ ...n }))),
    edges: new globalThis.vis.DataSet(edges.map(e => ({ ...e }))),
  };
  view.links = edges;
  view.network = new globalThis.vis.Network(net, { nodes: view.nodes, edges: view.edges }, options);
  if (ground.length) view.network.on("beforeDrawing", canvas => drawGround(view, canvas, outline(ground)));
  view.network.on("afterDrawing", () => { if (view.parent) placeHeads(view); });
  view.network.on("dragStart", () => { view.moved = true; });
  view.network.on("resize", () => { if (!view.moved) fit(view); });
  view.network.on("click", event => {
    view.cursor = event.nodes[0] ?? view.cursor;
    choose(view, event.nodes[0] ?? "");
  });
  view.network.on("afterDrawing", context => { if (net.matches(":focus-within")) ring(view, context); });
  return view;
}

const words = node => (node.label || node.title).split("\n").join(", ");
const say = (view, said) => { view.parent.querySelector(".live").textContent = said; };

function choose(view, id) {
  if (id) say(view, "Selected " + words(view.base.get(id)));
  view.setTriggerValue("clicked", { id });
}

// Arrow keys step from box to box, Enter selects, Escape lifts the selection. What vis does with arrows, moving the
// camera, stays on Shift and arrow.
const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function keys(view) {
  const { net } = view, frame = net.querySelector(".vis-network");
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", "Graph: arrow keys step from box to box, Enter selects");
  if (net.onkeys) return;
  net.onkeys = event => {
    const view = net.view, to = STEPS[event.key];
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !view?.base.size) return;
    if (to) walk(view, to);
    else if (event.key === "Enter" && view.cursor) choose(view, view.cursor);
    else if (event.key === "Escape") choose(view, "");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  net.addEventListener("keydown", net.onkeys, true);
  for (const kind of ["focusin", "focusout"]) net.addEventListener(kind, () => net.view?.network.redraw());
}

function walk(view, [across, down]) {
  const { base, data } = view, every = [...base.values()];
  const here = base.get(view.cursor) ?? base.get(data.selected);
  const from = here ?? every.reduce((a, b) => b.x < a.x || (b.x === a.x && b.y < a.y) ? b : a);
  const linked = new Set(view.links.flatMap(e => e.from === from.id ? [e.to] : e.to === from.id ? [e.from] : []));
  const ahead = !here ? [from] : every.filter(node => down
    ? Math.abs(node.x - from.x) < 1 && (node.y - from.y) * down > 0
    : linked.has(node.id) && (node.x - from.x) * across > 1);
  const far = node => down ? Math.abs(node.y - from.y) : 1e6 * Math.abs(node.x - from.x) + Math.abs(node.y - from.y);
  const next = ahead.reduce((a, b) => !a || far(b) < far(a) ? b : a, null);
  if (!next) { say(view, down ? "End of the column" : "No link to this side"); return; }
  view.cursor = view.net.dataset.cursor = next.id;
  const head = view.heads.reduce((a, b) => !a || Math.abs(b.x - next.x) < Math.abs(a.x - next.x) ? b : a, null);
  say(view, words(next) + (head ? ", " + head.label : "") + (next.id === data.selected ? ", selected" : ""));
  const spot = view.network.canvasToDOM({ x: next.x, y: next.y });
  if (spot.x < 0 || spot.y < 0 || spot.x > view.net.clientWidth || spot.y > view.net.clientHeight) {
    view.moved = true;
    view.network.moveTo({ position: { x: next.x, y: next.y }, animation: false });
  }
  view.network.redraw();
}

function ring(view, context) {
  if (!view.base.has(view.cursor) || !view.look) return;
  const { left, top, right, bottom } = view.network.getBoundingBox(view.cursor);
  context.strokeStyle = view.look.ink;
  context.lineWidth = 3;
  context.strokeRect(left - 5, top - 5, right - left + 10, bottom - top + 10);
}

const outline = lines => lines.reduce((path, line) => {
  for (let i = 0; i < line.length; i += 2) path[i ? "lineTo" : "moveTo"](line[i], line[i + 1]);
  return path;
}, new Path2D());

function drawGround(view, canvas, path) {
  canvas.strokeStyle = (view.look ?? LIGHT).coast;
  canvas.lineWidth = 1 / view.network.getScale();
  canvas.stroke(path);
}

function fit(view) {
  const items = [...view.base.values()];
  if (!items.length || !view.net.clientWidth) return;
  const half = (items[0].widthConstraint?.minimum ?? 120) / 2 + 14;
  const xs = items.map(n => n.x).concat(view.heads.map(h => h.x)), ys = items.map(n => n.y);
  const [left, top, right, bottom] = view.seen.length ? view.seen
    : [Math.min(...xs) - half, Math.min(...ys) - 26, Math.max(...xs) + half, Math.max(...ys) + 26];
  const most = view.seen.length ? HIGHEST / (bottom - top) : 1.2;
  const scale = Math.min(view.net.clientWidth / (right - left), most);
  const height = Math.ceil((bottom - top) * scale) + "px";      // as high as what is drawn, no higher
  if (view.net.style.height !== height) {
    view.net.style.height = height;
    view.network.setSize("100%", height);
    view.network.redraw();
  }
  view.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, animation: false });
}

function placeHeads(view) {
  const heads = view.parent.querySelector(".heads");
  heads.hidden = !view.heads.length;
  if (heads.children.length !== view.heads.length) {
    heads.replaceChildren(...view.heads.map(head => text("span", head.label)));
  }
  view.heads.forEach((head, i) => {
    heads.children[i].style.left = view.network.canvasToDOM({ x: head.x, y: 0 }).x + "px";
  });
}

function text(tag, content, className = "") {
  const element = document.createElement(tag);
  element.textContent = content;
  element.className = className;
  return element;
}

function lossAt(view, id) {
  const weeks = view.data.frames?.[id];
  return weeks ? Math.max(0, 1 - weeks[Math.min(view.week, weeks.length - 1)]) : null;
}

function step(view, loss) {
  return view.data.damage.limits.reduce((found, limit, i) => loss >= limit ? i : found, -1);
}

const lossWords = loss => loss < 0.005 ? "as normal" : loss > 0.995 ? "stopped" : "−" + Math.max(1, Math.round(loss * 100)) + " %";

// Colours and words only: no layout, no camera.
function paint(view) {
  const { look, data } = view, shock = Boolean(data.frames), chosen = data.selected ?? "";
  const marked = new Set(data.marked ?? []);
  const near = new Set(view.links.filter(e => e.from === chosen || e.to === chosen).map(e => e.id));
  view.nodes.update([...view.base.values()].map(node => {
    let fill = isHex(node.color.background) ? node.color.background : look.ground, label = node.label, title = node.title;
    const loss = shock ? lossAt(view, node.id) : null;
    if (shock) {
      const s = loss === null ? -1 : step(view, loss);
      fill = s < 0 ? look.muted : data.damage.colours[s];
      const words = loss === null ? "" : lossWords(loss);
      if (label) label = label.split("\n")[0] + "\n" + words;
      else title = title + "\n" + words;                     // a mark on a map has no room for words
    }
    const picked = node.id === chosen, framed = picked || marked.has(node.id);
    const border = framed ? look.action : node.borderWidth > 1 ? look.ink : look.border;
    const same = { background: fill, border };
    return {
      id: node.id, label, title, borderWidth: framed ? 4 : node.borderWidth, borderWidthSelected: 4,
      shapeProperties: framed ? { ...node.shapeProperties, borderDashes: picked ? false : [7, 4] } : node.shapeProperties,
      color: { ...same, highlight: { background: fill, border: look.action }, hover: { background: fill, border: look.action } },
      font: { color: fill === look.muted ? look.mutedInk : inkOn(fill, look) },
    };
  }));
  view.edges.update(view.links.map(edge => {
    let colour = marked.has(edge.id) ? look.action : edge.cut ? look.cut : edge.step === null || edge.step === undefined ? look.plain : look.edges[edge.step];
    if (shock) {
      const loss = lossAt(view, edge.from), s = loss === null ? -1 : step(view, loss);
      colour = s < 0 ? look.mutedEdge : data.damage.colours[s];
    }
    const share = near.has(edge.id) ? 1 : data.way?.[edge.id] ?? 0;      // of what the chosen box receives or sends
    const opacity = !chosen || !view.base.has(chosen) ? 0.75 : share ? 0.25 + 0.7 * Math.sqrt(share) : 0.08;
    return { id: edge.id, color: { color: colour, highlight: colour, hover: colour, opacity } };
  }));
  if (view.base.has(chosen)) view.network.selectNodes([chosen], false); else view.network.unselectAll();
  view.net.dataset.selected = chosen;
  view.net.dataset.way = Object.keys(data.way ?? {}).join(" ");
  view.net.dataset.marked = [...marked].join(" ");
  if (shock) view.net.dataset.week = String(view.week); else delete view.net.dataset.week;
}

function legend(view) {
  const { data, look } = view, box = view.parent.querySelector(".legend");
  const entry = (label, fill, line) => {
    const item = text("span", "", "entry");
    if (fill !== undefined) {
      const swatch = text("span", "", fill ? "swatch" : "swatch none");
      if (fill) swatch.style.background = fill;
      item.append(swatch);
    }
    if (line) {
      const stroke = text("span", "", line.dashed ? "line dashed" : "line");
      stroke.style.borderTopColor = line.colour;
      item.append(stroke);
    }
    item.append(text("span", label));
    return item;
  };
  const entries = data.key
    ? [text("span", data.legend, "title"), ...data.key.map(each => {
        if (each.line) return entry(each.label, undefined, { colour: look[each.line], dashed: each.dashed });
        const item = entry(each.label, each.fill ?? look.ground), swatch = item.firstChild.style;
        if (each.round) swatch.borderRadius = "7px";
        if (each.thick) swatch.border = `3px solid ${look.ink}`;
        if (each.frame) swatch.border = `3px ${each.frame} ${look.action}`;
        return item;
      })]
    : data.frames
    ? [text("span", data.legend, "title"), entry("as normal", look.muted),
       ...data.damage.words.map((word, i) => entry(word, data.damage.colours[i]))]
    : [text("span", data.legend, "title"),
       ...data.ramp.words.map((word, i) => entry(word, data.fills ? data.ramp.colours[i] : undefined, { colour: look.edges[i] })),
       ...(data.fills ? [entry("not applicable", "")] : []), entry("along known links", undefined, { colour: look.plain }),
       entry("assumed", undefined, { colour: look.plain, dashed: true })];
  box.replaceChildren(...entries, ...data.signs.map(sign => entry(sign)));
}

function player(view) {
  const { data, parent } = view, box = parent.querySelector(".player");
  box.hidden = !data.frames;
  if (!data.frames) { stop(view); return; }
  const last = Math.max(0, ...Object.values(data.frames).map(weeks => weeks.length - 1));
  const play = parent.querySelector(".play"), time = parent.querySelector(".time");
  const echo = view.sent.indexOf(data.week);       // our own report coming back: already shown
  if (echo >= 0) view.sent.splice(0, echo);
  else if (view.asked !== data.week) view.week = Math.min(data.week ?? 0, last);
  view.asked = data.week;
  time.max = String(last);
  const show = week => {
    view.week = Math.max(0, Math.min(last, week));
    time.value = String(view.week);
    parent.querySelector(".week").textContent = "Week " + view.week + " of " + last;
    paint(view);
  };
  const report = () => {
    clearTimeout(view.reporting);
    view.reporting = setTimeout(() => {
      view.sent = [view.asked, view.week];
      view.setStateValue("week", view.week);
    }, REPORT_MS);
  };
  const halt = () => { stop(view); play.textContent = "Play"; play.setAttribute("aria-pressed", "false"); };
  time.oninput = () => { halt(); show(Number(time.value)); };
  time.onchange = report;
  parent.querySelector(".back").onclick = () => { halt(); show(view.week - 1); report(); };
  parent.querySelector(".step").onclick = () => { halt(); show(view.week + 1); report(); };
  play.onclick = () => {
    if (view.timer) { halt(); report(); return; }
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { show(last); report(); return; }
    if (view.week >= last) show(0);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    run();
  };
  const speed = parent.querySelector(".speed");
  const run = () => {
    stop(view);
    view.net.dataset.stepMs = String(STEP_MS / Number(speed.value));
    view.timer = setInterval(() => {
      show(view.week + 1);
      if (view.week >= last) { halt(); report(); }
    }, STEP_MS / Number(speed.value));
  };
  speed.onchange = () => { if (view.timer) run(); };
  show(view.week);
}

function stop(view) {
  if (view?.timer) { clearInterval(view.timer); view.timer = null; }
}

function tools(view) {
  const { parent, network } = view;
  const zoom = factor => () => { view.moved = true; network.moveTo({ scale: network.getScale() * factor, animation: false }); };
  parent.querySelector(".in").onclick = zoom(1.25);
  parent.querySelector(".out").onclick = zoom(0.8);
  parent.querySelector(".fit").onclick = () => { view.moved = false; fit(view); };
}
