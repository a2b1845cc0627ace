// A CodeMirror editor for Cypher. It knows no server: words, marks and text come from outside, and
// text from data is only ever set as text.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder, tooltips } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const NAME = /^[\p{L}_][\p{L}\p{N}_]*/u;
const LOOK = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--cypher-keyword)", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--cypher-label)" },
  { tag: tags.string, color: "var(--cypher-string)" },
  { tag: [tags.number, tags.atom], color: "var(--cypher-number)" },
  { tag: tags.special(tags.variableName), color: "var(--cypher-number)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--cypher-comment)", fontStyle: "italic" },
  { tag: tags.function(tags.variableName), color: "var(--cypher-function)" },
]);
const TOKENS = {
  keyword: tags.keyword, label: tags.typeName, string: tags.string, number: tags.number, atom: tags.atom,
  parameter: tags.special(tags.variableName), comment: tags.comment, function: tags.function(tags.variableName),
};

// Colours only: whether a text is right, the server says.
const language = words => {
  const keywords = new Set(words.keywords.flatMap(word => word.toUpperCase().split(" ")));
  const functions = new Set(words.functions.map(word => word.toLowerCase()));
  const closing = (stream, state, end) => {
    let escaped = false;
    for (let c; (c = stream.next()); ) {
      if (c === end && !escaped) { state.open = ""; break; }
      escaped = !escaped && c === "\\" && end !== "`";
    }
  };
  return StreamLanguage.define({
    name: "cypher",
    startState: () => ({ open: "", colon: false }),
    token(stream, state) {
      if (state.open === "*/") {
        if (!stream.skipTo("*/")) stream.skipToEnd();
        else { stream.match("*/"); state.open = ""; }
        return "comment";
      }
      if (state.open) { closing(stream, state, state.open); return "string"; }
      if (stream.eatSpace()) return null;
      if (stream.match("//")) { stream.skipToEnd(); return "comment"; }
      if (stream.match("/*")) { state.open = "*/"; return "comment"; }
      const afterColon = state.colon;
      state.colon = false;
      if (stream.match(/^\$(`[^`]*`|[\p{L}\p{N}_]+)/u)) return "parameter";
      if (stream.match(/^\d[\w.]*/)) return "number";
      const c = stream.peek();
      if (c === "'" || c === '"') { stream.next(); state.open = c; closing(stream, state, c); return "string"; }
      if (c === "`") { stream.next(); closing(stream, state, c); return afterColon ? "label" : null; }
      const name = stream.match(NAME);
      if (!name) { state.colon = [":", "|", "&", "!"].includes(stream.next()); return null; }
      if (afterColon) return "label";
      if (/^(true|false|null)$/i.test(name[0])) return "atom";
      if (functions.has(name[0].toLowerCase()) && stream.match(/^\s*\(/, false)) return "function";
      return keywords.has(name[0].toUpperCase()) ? "keyword" : null;
    },
    tokenTable: TOKENS,
    languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } }, closeBrackets: { brackets: ["(", "[", "{", "'", '"', "`"] } },
  });
};

const escaped = name => NAME.exec(name)?.[0] === name ? name : "`" + name.replaceAll("`", "``") + "`";
const option = (label, type, more = {}) => ({ label, type, ...more });

// What may follow: labels in ( and types in [ after a colon, properties after a dot, else words.
const source = words => context => {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 2000), context.pos);
  const typed = context.matchBefore(/[\p{L}\p{N}_]*/u);
  const lead = before.slice(0, before.length - (typed?.text.length ?? 0));
  const from = typed?.from ?? context.pos;
  const answer = options => ({ from, options, validFor: /^[\p{L}\p{N}_]*$/u });
  if (/\$$/.test(lead)) return answer(words.parameters.map(name => option(name, "variable")));
  if (/[:|&!]\s*$/.test(lead) && !/[{,]\s*[\p{L}_][\p{L}\p{N}_]*\s*:\s*$/u.test(lead)) {
    const inside = lead.lastIndexOf("[") > lead.lastIndexOf("(");
    return answer((inside ? words.types : words.labels)
      .map(kind => option(kind.name, "class", { apply: escaped(kind.name), detail: String(kind.count) })));
  }
  const owner = /([\p{L}_][\p{L}\p{N}_]*)\.$/u.exec(lead)?.[1];
  if (owner) return answer(properties(words, owner, context.state.doc.toString()));
  if (!typed?.text && !context.explicit) return null;
  const used = new Set(context.state.doc.toString().match(/[([](?=[\p{L}_])[\p{L}\p{N}_]+/gu)?.map(found => found.slice(1)) ?? []);
  return answer([
    ...[...used].map(name => option(name, "variable")),
    ...words.keywords.map(name => option(name, "keyword")),
    ...words.functions.map(name => option(name, "function", { apply: name + "(" })),
  ]);
};

// Those of the variable's labels or types where the text names them, else all.
function properties(words, variable, text) {
  const named = new RegExp(`[(\\[]\\s*${variable}\\s*:\\s*([^(){}\\[\\]\\s]+)`, "gu");
  const kinds = new Set([...text.matchAll(named)].flatMap(found => found[1].split(/[:|&!`]+/)));
  const all = [...words.labels, ...words.types], meant = all.filter(kind => kinds.has(kind.name));
  const names = new Set((meant.length ? meant : all).flatMap(kind => kind.properties));
  return [...names].sort().map(name => option(name, "property", { apply: escaped(name) }));
}

function open({ parent, text, label, hint, words, most, onText, onRun, onLeave }) {
  const current = { words };
  const view = new EditorView({
    parent,
    root: parent.getRootNode(),
    state: EditorState.create({
      doc: text,
      extensions: [
        language(words),
        syntaxHighlighting(LOOK),
        history(), drawSelection(), bracketMatching(), closeBrackets(), lintGutter(),
        tooltips({ position: "absolute" }),
        autocompletion({ override: [context => source(current.words)(context)], icons: false, aboveCursor: false }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true", spellcheck: "false", autocapitalize: "off" }),
        placeholder(hint),
        EditorState.changeFilter.of(change => !change.docChanged || change.newDoc.length <= most),
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { onRun(view.state.doc.toString()); return true; } }])),
        // Tab moves on to the next field; Enter takes what is offered.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.updateListener.of(update => { if (update.docChanged) onText(update.state.doc.toString()); }),
        EditorView.domEventHandlers({ blur: () => { onLeave(view.state.doc.toString()); } }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText: value => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }),
    setWords: value => { current.words = value; },
    setMarks: marks => {
      const end = view.state.doc.length, within = at => Math.max(0, Math.min(at, end));
      view.dispatch(setDiagnostics(view.state, marks.map(mark => ({ ...mark, from: within(mark.from), to: within(mark.to) }))));
    },
    view,
  };
}

globalThis.magnetraceCypherEditor = open;

// As a component it has nothing to show: it tells the view that it has arrived.
export default function () { globalThis.dispatchEvent(new Event("cypher-editor")); }
