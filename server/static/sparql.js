// Turn the query's textarea into an editor: colours, completion from the ontology, the place of an error, a link to copy.
// Without this script, or without the editor, the form works by itself.
"use strict";
const form = document.getElementById("query");
const area = form.elements.query;
const state = document.getElementById("query-state");
const english = document.documentElement.lang.startsWith("en");
const LONGEST_LINK = 6000; // characters of an address that servers and mail programs pass on
const MOST = 200; // completions

const say = (zh, en) => (english ? en : zh);
const endpoint = new URL(form.action).pathname;
let editor = null;

const text = () => (editor ? editor.getValue() : area.value);
const link = () => `${location.origin}${endpoint}?${new URLSearchParams({ query: text() })}`;

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain";
  made.textContent = label;
  made.addEventListener("click", () => act(made));
  return made;
}

// The link to the query as it stands: shown, to be copied, and what "Run" leads to.
const shown = document.createElement("input");
shown.readOnly = true;
shown.setAttribute("aria-label", say("这个查询的永久链接", "Permanent link to this query"));
shown.addEventListener("focus", () => shown.select());

async function copy(pressed) {
  try {
    await navigator.clipboard.writeText(shown.value);
  } catch {
    shown.select();
    document.execCommand("copy"); // sites without https have no clipboard of their own
  }
  const label = pressed.textContent;
  pressed.textContent = say("已复制", "Copied");
  setTimeout(() => { pressed.textContent = label; }, 2000);
}

function drawLink() {
  const place = document.getElementById("permalink") ?? document.createElement("p");
  const label = document.createElement("span");
  label.textContent = say("永久链接", "Permanent link");
  place.id = "permalink";
  place.className = "permalink";
  place.replaceChildren(label, shown, button(say("复制链接", "Copy link"), copy));
  form.append(place);
}

function updateLink() {
  const address = link();
  const usable = text().trim() !== "" && address.length <= LONGEST_LINK;
  document.getElementById("permalink").hidden = !usable;
  shown.value = usable ? address : "";
}

form.addEventListener("submit", (event) => {
  if (editor) editor.save();
  const address = link();
  if (form.elements.format.value !== "html" || address.length > LONGEST_LINK) return;
  event.preventDefault();
  location.assign(`${address}&lang=${english ? "en" : "zh"}`);
});

for (const example of document.querySelectorAll("details.example")) {
  example.querySelector("form").append(" ", button(say("放入编辑器", "Put into the editor"), () => put(example.querySelector("code").textContent)));
}

function put(query) {
  if (editor) {
    editor.setValue(query);
    editor.focus();
  } else {
    area.value = query;
    area.focus();
  }
  updateLink();
  form.scrollIntoView();
}

// What may be completed: prefixes after PREFIX, terms elsewhere.
let vocabulary = null;

/** Return the word before the cursor and its place, or null in strings, comments and variables. */
function wordAt(cursor) {
  const line = editor.getLine(cursor.line).slice(0, cursor.ch);
  const word = line.match(/(?:<[^<>\s]*|[\p{L}\p{N}_.-]*:[\p{L}\p{N}_.-]*|[\p{L}_][\p{L}\p{N}_-]*)?$/u)[0];
  const before = line.slice(0, line.length - word.length);
  const kind = editor.getTokenTypeAt({ line: cursor.line, ch: before.length + 1 }) ?? "";
  if (/[?$@^"'\\]$/.test(before) || /^(comment|string)( |$)/.test(kind)) return null;
  return { word, before, from: { line: cursor.line, ch: before.length }, to: cursor };
}

/** Return the last word or mark before a place, on its line or on earlier ones. */
function previous(before, line) {
  for (let text = before; ; text = editor.getLine(--line)) {
    const found = text.trim().match(/(\S+)$/);
    if (found) return found[1];
    if (line <= 0) return "";
  }
}

/** Return the kinds of terms that fit at a place, best first. */
function fitting(place) {
  const last = previous(place.before, place.from.line);
  if (last === "a" || last === "rdf:type") return ["class"];
  const expected = editor.getTokenAt({ line: place.to.line, ch: place.to.ch }).state.possibleCurrent ?? [];
  if (expected.includes("a") && last !== ".") return ["property"];
  return ["concept", "individual", "class", "rule", "property", "scheme"];
}

/** Return how well a term fits what was typed: 0 for the best, Infinity for not at all. */
function distance(term, typed) {
  if (!typed) return 1;
  const name = term.name.replace(/^[^:]*:/, "");
  const local = name.toLowerCase();
  const labels = [term.zh, term.en.toLowerCase()];
  if (local.startsWith(typed)) return 0;
  const words = [...name.split(/(?=[A-Z])|-/), ...term.en.split(" "), term.zh];
  if (words.some((word) => word.toLowerCase().startsWith(typed))) return 1;
  return local.includes(typed) || labels.some((label) => label.includes(typed)) ? 2 : Infinity;
}

function terms(place) {
  const [, prefix, typed] = place.word.match(/^(?:<|([^:]*):)?(.*)$/u);
  const kinds = fitting(place);
  // The scheme of the property before, whose concepts are its values.
  const property = vocabulary.terms.find((term) => term.name === previous(place.before, place.from.line));
  return vocabulary.terms
    .filter((term) => kinds.includes(term.kind) && (prefix === undefined || term.name.startsWith(`${prefix}:`)))
    .map((term) => ({ term, rank: distance(term, typed.toLowerCase()) - (property?.scheme === term.scheme && term.scheme ? 3 : 0) }))
    .filter((each) => each.rank < Infinity)
    .sort((one, other) => one.rank - other.rank || kinds.indexOf(one.term.kind) - kinds.indexOf(other.term.kind))
    .slice(0, MOST)
    .map(({ term }) => completion(term.name, english ? term.en : term.zh));
}

function prefixes(place) {
  const typed = place.word.replace(/:.*/, "");
  return Object.entries(vocabulary.prefixes)
    .filter(([name]) => name.startsWith(typed))
    .map(([name, iri]) => completion(`${name}: <${iri}>`, ""));
}

function completion(written, label) {
  return {
    text: written,
    render(item) {
      const name = document.createElement("span");
      const about = document.createElement("span");
      name.textContent = written;
      about.className = "about";
      about.textContent = label;
      item.append(name, " ", about);
    },
    hint(_, data) {
      editor.replaceRange(written, data.from, data.to, "complete");
      declare(written);
    },
  };
}

/** Declare the prefix of a name, if it is known and the query does not. */
function declare(name) {
  const [, prefix] = name.match(/^([\w-]+):(?! *<)/) ?? [];
  const iri = vocabulary.prefixes[prefix];
  if (!iri || new RegExp(`^\\s*PREFIX\\s+${prefix}:`, "im").test(editor.getValue())) return;
  editor.replaceRange(`PREFIX ${prefix}: <${iri}>\n`, { line: 0, ch: 0 }, undefined, "complete");
}

/** Offer completions; unasked, only where what was typed can be no keyword. */
function complete(asked) {
  const place = vocabulary && !editor.somethingSelected() ? wordAt(editor.getCursor()) : null;
  if (!place) {
    if (asked) state.textContent = say("注释、字串、变量里和选中的文字上没有可列的词；把光标放到查询的别处。", "There are no terms within comments, strings, variables and selected text; place the cursor elsewhere in the query.");
    return;
  }
  const declaring = previous(place.before, place.from.line).toUpperCase() === "PREFIX";
  if (!asked) {
    const named = place.word.includes(":") || /[^\x00-\x7f]/.test(place.word);
    if (!place.word || (!named && !declaring && !/^[a-z]\w{2,}$/.test(place.word))) return;
    if (!named && keyword(place.word)) return;
  }
  editor.showHint({
    completeSingle: false,
    closeCharacters: /[\s>";,.(){}]/,
    container: editor.rootEl,
    hint: () => {
      const now = wordAt(editor.getCursor());
      if (!now) return null;
      const found = { list: declaring ? prefixes(now) : terms(now), from: now.from, to: now.to };
      window.Yasqe.on(found, "shown", () => {
        editor.rootEl.querySelector(".CodeMirror-hints").setAttribute("aria-label", say("可用的词", "Terms that fit"));
      });
      return found;
    },
  });
}

const keyword = (word) =>
  (editor.getTokenAt(editor.getCursor()).state.possibleCurrent ?? []).some((each) => /^[A-Z]/.test(each) && each.startsWith(word.toUpperCase()));

/** Show where the query stops being SPARQL; replaces the editor's own, whose words are English alone. */
function checkSyntax() {
  const doc = this.getDoc();
  this.queryValid = true;
  this.clearGutter("gutterErrorBar");
  let said = "";
  for (let line = 0; line < doc.lineCount() && this.queryValid; line++) {
    const token = this.getTokenAt({ line, ch: doc.getLine(line).length }, true);
    this.setOption("queryType", token.state.queryType);
    if (token.state.OK !== false) continue;
    this.queryValid = false;
    const mark = document.createElement("span");
    mark.className = "wrong";
    mark.textContent = "!";
    this.setGutterMarker(line, "gutterErrorBar", mark);
    said = say(`第 ${line + 1} 行不合 SPARQL 的语法。`, `Line ${line + 1} is not SPARQL.`);
  }
  if (state.textContent !== said) state.textContent = said;
}

function draw() {
  const { Yasqe } = window;
  if (!Yasqe) return;
  Yasqe.prototype.checkSyntax = checkSyntax;
  Yasqe.defaults.autocompleters = ["variables"];
  const place = document.createElement("div");
  area.closest("label").after(place);
  editor = new Yasqe(place, {
    value: area.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    highlightSelectionMatches: false,
    screenReaderLabel: say("查询", "Query"),
    gutters: ["gutterErrorBar", "CodeMirror-linenumbers"],
    foldGutter: false,
    extraKeys: {
      Tab: false, // leads on to the next field, as everywhere
      "Shift-Tab": false,
      "Ctrl-Space": () => complete(true),
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
      "Ctrl-S": false,
    },
  });
  editor.save = () => { area.value = editor.getValue(); };
  area.closest("label").hidden = true;
  area.required = false;
  state.hidden = false;
  editor.on("changes", (_, changes) => {
    updateLink();
    if (!vocabulary || !changes.some((change) => /^(\+input|\*compose)$/.test(change.origin))) return;
    const line = editor.getLine(editor.getCursor().line);
    for (const [name] of line.matchAll(/(?<![?$\w-])[\w-]+:(?! *<)/g)) declare(name);
    complete(false);
  });
  const keys = document.createElement("p");
  keys.className = "note keys";
  keys.append(
    button(say("列出可用的词", "List terms"), () => {
      editor.focus();
      complete(true);
    }),
    button(say("清空", "Clear"), () => put("")),
    say("输入 jx: 或词的中英文名称即列出可用的词（Ctrl+空格）；Ctrl+Enter 运行。", "Terms are listed once jx: or a name is typed (Ctrl+Space); Ctrl+Enter runs the query."),
  );
  state.after(keys);
}

drawLink();
draw();
updateLink();
fetch(`${endpoint}/terms`)
  .then((answer) => (answer.ok ? answer.json() : null))
  .then((found) => { vocabulary = found; })
  .catch(() => {}); // the editor works without completions
