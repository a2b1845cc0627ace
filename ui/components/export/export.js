// Saves the charts and graphs of the page as they stand, with finding, legend and source in the
// picture. Words go to textContent and to canvases, never to HTML.
const SVG = "http://www.w3.org/2000/svg";
const SCALE = 2, EDGE = 16, FINDING = 17, SMALL = 12, LINE = 1.35, LETTERS = 90;

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".pictures"), said = parentElement.querySelector(".said");
  const found = figures();
  const save = (figure, number, kind, make) => async () => {
    said.textContent = "";
    try {
      if (!figure.element.isConnected) throw new Error("the page shows another picture now; open this list again");
      download(await make(figure, [...data.caption, location.href]), `magnetrace-${data.page}-${number}.${kind}`);
    } catch (error) {
      said.textContent = `Not saved: ${error.message}`;
    }
  };
  box.replaceChildren(...found.map((figure, i) => {
    const row = element("div", "row"), words = element("span", "", shorten(figure.finding));
    row.append(words, button("PNG", save(figure, i + 1, "png", figure.png)));
    if (figure.svg) row.append(button("SVG", save(figure, i + 1, "svg", figure.svg)));
    return row;
  }));
  if (!found.length) box.replaceChildren(element("span", "", "No picture on this page."));
}

// Charts and graphs in the order of the page. Graphs live in shadow trees of their own.
function figures() {
  const charts = [...document.querySelectorAll(".js-plotly-plot")].filter(plot => plot.clientWidth)
    .map(plot => ({
      element: plot, finding: plot.closest("[aria-label]")?.getAttribute("aria-label") ?? "",
      svg: async (figure, caption) => file(await chart(figure, caption), "image/svg+xml"),
      png: async (figure, caption) => raster(await chart(figure, caption, await typeface())),
    }));
  const graphs = [...document.querySelectorAll("*")].filter(each => each.shadowRoot)
    .flatMap(each => [...each.shadowRoot.querySelectorAll(".net[data-ready]")])
    .filter(net => net.clientWidth)
    .map(net => ({ element: net, finding: net.getAttribute("aria-label") ?? "", png: graph }));
  const top = each => each.element.getBoundingClientRect().top;
  return [...charts, ...graphs].sort((a, b) => top(a) - top(b));
}

const look = () => {
  const { backgroundColor, color } = getComputedStyle(document.querySelector(".stApp"));
  return { ground: backgroundColor, ink: color, face: getComputedStyle(document.body).fontFamily };
};

// A text in lines that fit, measured as it will be drawn.
function lines(words, width, font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  return words.split(/\s+/).reduce((rows, word) => {
    const longer = rows.length ? `${rows.at(-1)} ${word}` : word;
    return rows.length && pen.measureText(longer).width <= width ? [...rows.slice(0, -1), longer] : [...rows, word];
  }, []);
}

const told = (finding, caption, width, face) => ({
  above: lines(finding, width, `600 ${FINDING}px ${face}`),
  below: caption.flatMap(each => lines(each, width, `${SMALL}px ${face}`)),
});

// All layers of a chart as one drawing between its finding and where it comes from.
async function chart({ element: plot, finding }, caption, style = "") {
  const { width, height } = plot.getBoundingClientRect(), { ground, ink, face } = look();
  const { above, below } = told(finding, caption, width - 2 * EDGE, face);
  const head = EDGE + above.length * FINDING * LINE + 8, foot = 8 + below.length * SMALL * LINE + EDGE;
  const whole = head + height + foot;
  const root = drawn("svg", { width, height: whole, viewBox: `0 0 ${width} ${whole}` });
  root.append(drawn("title", {}, finding), drawn("desc", {}, caption.join("\n")));
  if (style) root.append(drawn("style", {}, style));
  root.append(drawn("rect", { width, height: whole, fill: ground }));
  const write = (words, y, size, more) => root.append(drawn("text", { x: EDGE, y, fill: ink, "font-family": face, "font-size": size, ...more }, words));
  above.forEach((words, i) => write(words, EDGE + FINDING + i * FINDING * LINE, FINDING, { "font-weight": 600 }));
  const middle = drawn("g", { transform: `translate(0 ${head})` });
  for (const layer of plot.querySelectorAll("svg.main-svg")) {
    const copy = layer.cloneNode(true);
    copy.removeAttribute("style");
    copy.querySelectorAll(".hoverlayer, .zoomlayer, .drag").forEach(part => part.remove());
    middle.append(copy);
  }
  root.append(middle);
  below.forEach((words, i) => write(words, head + height + 8 + SMALL + i * SMALL * LINE, SMALL));
  return new XMLSerializer().serializeToString(root);
}

// The typeface of the page: a picture inside a picture cannot ask for it.
async function typeface() {
  const rules = [...document.styleSheets].flatMap(sheet => { try { return [...sheet.cssRules]; } catch { return []; } });
  const faces = rules.filter(rule => rule instanceof CSSFontFaceRule && /Source Sans/.test(rule.style.fontFamily) && rule.style.fontStyle !== "italic");
  const made = await Promise.all(faces.map(async rule => {
    const address = rule.style.src.match(/url\("?([^")]+)"?\)/)?.[1];
    if (!address) return "";
    const answer = await fetch(new URL(address, rule.parentStyleSheet?.href ?? location.href)).catch(() => null);
    if (!answer?.ok) return "";
    return `@font-face{font-family:${rule.style.fontFamily};font-weight:${rule.style.fontWeight || "normal"};src:url(${await dataUrl(await answer.blob())})}`;
  }));
  return made.join("");
}

const dataUrl = blob => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(blob);
});

async function raster(svg) {
  const image = new Image();
  image.src = await dataUrl(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const { canvas, pen } = sheet(image.width, image.height);
  pen.drawImage(image, 0, 0, image.width, image.height);
  return png(canvas);
}

// A graph with its column heads above and its legend below, which stand beside its canvas.
async function graph({ element: net, finding }, source) {
  const view = net.view, width = net.clientWidth, height = net.clientHeight;
  const { ground, ink, face } = look();
  const week = view.data.frames ? [`${view.parent.querySelector(".week").textContent}.`] : [];
  const { above, below } = told(finding, [...week, ...source], width - 2 * EDGE, face);
  const legend = entries(view.parent, width - 2 * EDGE, face);
  const head = EDGE + above.length * FINDING * LINE + 28, last = head + height + legend.height;
  const { canvas, pen } = sheet(width, last + below.length * SMALL * LINE + EDGE);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const write = (words, x, y, font, align = "left") => {
    Object.assign(pen, { font: `${font} ${face}`, fillStyle: ink, textAlign: align });
    pen.fillText(words, x, y);
  };
  above.forEach((words, i) => write(words, EDGE, EDGE + FINDING + i * FINDING * LINE, `600 ${FINDING}px`));
  for (const each of view.parent.querySelectorAll(".heads span")) write(each.textContent, parseFloat(each.style.left), head - 8, "600 14px", "center");
  pen.drawImage(sharp(view), 0, head, width, height);
  legend.draw(pen, head + height, ink, face);
  below.forEach((words, i) => write(words, EDGE, last + SMALL + i * SMALL * LINE, `${SMALL}px`));
  return png(canvas);
}

// A copy of the canvas, drawn at twice its size; the view stays as it is.
function sharp({ network, net }) {
  const { canvas } = network, own = canvas._determinePixelRatio, { scale, position } = { scale: network.getScale(), position: network.getViewPosition() };
  const redraw = () => { canvas.setSize(); network.moveTo({ scale, position, animation: false }); network.redraw(); };
  const copy = document.createElement("canvas");
  try {
    canvas._determinePixelRatio = () => SCALE;
    redraw();
    const shown = net.querySelector("canvas");
    Object.assign(copy, { width: shown.width, height: shown.height });
    copy.getContext("2d").drawImage(shown, 0, 0);
  } finally {
    canvas._determinePixelRatio = own;
    redraw();
  }
  return copy;
}

// The legend beside a graph, laid out again for the picture.
function entries(parent, width, face) {
  const font = `14px ${face}`, pen = document.createElement("canvas").getContext("2d"), row = 22;
  pen.font = font;
  const placed = [];
  let x = 0, y = row;
  for (const each of parent.querySelectorAll(".legend > *")) {
    const swatch = each.querySelector(".swatch"), line = each.querySelector(".line"), words = each.textContent;
    const parts = each.matches(".title") ? lines(words, width, font) : [words];
    const marks = (swatch ? 26 : 0) + (line ? 30 : 0), wide = marks + Math.max(...parts.map(part => pen.measureText(part).width)) + 16;
    if (x && x + wide > width) { x = 0; y += row; }
    parts.forEach((part, i) => placed.push({ swatch, line, words: part, x, y: y + i * row }));
    if (each.matches(".title")) { x = 0; y += parts.length * row; } else x += wide;
  }
  const draw = (pen, top, ink) => placed.forEach(({ swatch, line, words, x, y }) => {
    let left = EDGE + x;
    if (swatch) {
      const { backgroundColor, borderTopColor, borderTopWidth, borderTopStyle, borderTopLeftRadius } = getComputedStyle(swatch);
      pen.beginPath();
      pen.roundRect(left, top + y - 12, 18, 14, parseFloat(borderTopLeftRadius));
      Object.assign(pen, { fillStyle: backgroundColor, strokeStyle: borderTopColor, lineWidth: parseFloat(borderTopWidth) });
      pen.setLineDash(borderTopStyle === "dashed" ? [3, 3] : []);
      pen.fill();
      pen.stroke();
      left += 26;
    }
    if (line) {
      const { borderTopColor, borderTopWidth, borderTopStyle } = getComputedStyle(line);
      pen.beginPath();
      pen.moveTo(left, top + y - 5);
      pen.lineTo(left + 22, top + y - 5);
      Object.assign(pen, { strokeStyle: borderTopColor, lineWidth: parseFloat(borderTopWidth) });
      pen.setLineDash(borderTopStyle === "dashed" ? [6, 4] : []);
      pen.stroke();
      left += 30;
    }
    pen.setLineDash([]);
    Object.assign(pen, { font, fillStyle: ink, textAlign: "left" });
    pen.fillText(words, left, top + y);
  });
  return { height: y + row, draw };
}

function sheet(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.round(width * SCALE), height: Math.round(height * SCALE) });
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  return { canvas, pen };
}

const png = canvas => new Promise((done, failed) => canvas.toBlob(blob => blob ? done(blob) : failed(new Error("the picture is too large")), "image/png"));
const file = (content, type) => new Blob([content], { type });
const shorten = words => words.length > LETTERS ? words.slice(0, LETTERS - 1).trimEnd() + "…" : words;

function drawn(name, attributes, content = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = content;
  return made;
}

function element(name, className = "", content = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = content;
  return made;
}

function button(label, onclick) {
  const made = element("button", "", label);
  Object.assign(made, { type: "button", onclick });
  return made;
}

function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
