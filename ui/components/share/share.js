// Copies the address and saves the charts as they stand. Words go to textContent, never to HTML.
const SVG = "http://www.w3.org/2000/svg";
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
  find(".save").onclick = () => {
    const plots = [...document.querySelectorAll(".js-plotly-plot")].filter(plot => plot.clientWidth);
    plots.forEach((plot, i) => download(drawing(plot), `magnetrace-${page()}-${i + 1}.svg`));
    say(plots.length ? `${plots.length} saved as SVG` : "No chart on this page");
  };
  return () => clearTimeout(forget);
}

const page = () => location.pathname.split("/").pop() || "brief";

// All layers of a chart as one picture, with what it says and the link that makes it again.
function drawing(plot) {
  const { width, height } = plot.getBoundingClientRect();
  const root = element("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  const finding = plot.closest("[aria-label]")?.getAttribute("aria-label") ?? "";
  root.append(element("title", {}, finding), element("desc", {}, location.href));
  const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  root.append(element("rect", { width, height, fill: ground }));
  for (const layer of plot.querySelectorAll("svg.main-svg")) {
    const copy = layer.cloneNode(true);
    copy.removeAttribute("style");
    copy.querySelectorAll(".hoverlayer, .zoomlayer, .drag").forEach(part => part.remove());
    root.append(copy);
  }
  return new XMLSerializer().serializeToString(root);
}

function element(name, attributes, content = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = content;
  return made;
}

function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "image/svg+xml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
