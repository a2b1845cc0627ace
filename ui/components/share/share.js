// Copies the address, and has the page made anew where the theme changes under it.
// Words go to textContent, never to HTML.
const SAID_MS = 6000;

export default function ({ parentElement, data, setTriggerValue }) {
  const find = name => parentElement.querySelector(name);
  const field = find(".link"), said = find(".said");
  let forget;
  const say = words => {
    said.textContent = words;
    clearTimeout(forget);
    forget = setTimeout(() => { said.textContent = ""; field.hidden = true; }, SAID_MS);
  };
  find(".copy").onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      field.hidden = true;
      say("Link copied");
    } catch {                                       // not allowed, or no clipboard at this address
      field.hidden = false;
      field.value = location.href;
      field.select();
      say("Copy it from here");
    }
  };
  // Charts get their ink on the server, which hears of another theme with the next click only.
  const shown = getComputedStyle(find(".share")).colorScheme;
  if (shown !== data.theme && shown !== field.dataset.told) {
    field.dataset.told = shown;
    setTriggerValue("theme", shown);
  }
  return () => clearTimeout(forget);
}
