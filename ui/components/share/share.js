// Copies the address. Words go to textContent, never to HTML.
const SAID_MS = 6000;

export default function ({ parentElement }) {
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
  return () => clearTimeout(forget);
}
