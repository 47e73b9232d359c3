// Suggest names while somebody types in a search box: a combobox with a list (ARIA APG). Without this script the form
// works by itself, and fields of other forms offer only the values that the page lists.
"use strict";
for (const input of document.querySelectorAll('form[role="search"] input[name="q"]')) suggestFor(input);
for (const input of document.querySelectorAll("input[data-suggest]")) completeFor(input);

function completeFor(input) {
  const { list, dataset: { suggest: kind } } = input;
  const listed = [...list.children];
  const address = new URL(document.querySelector('form[role="search"]').action).pathname + "/suggest";
  let waiting = 0;

  async function offer() {
    const q = input.value.trim();
    const answer = q && (await fetch(`${address}?${new URLSearchParams({ kind, q })}`).catch(() => ""));
    const found = answer.ok ? (await answer.json()).suggestions.map(({ label }) => new Option("", label)) : [];
    if (input.value.trim() === q) list.replaceChildren(...(found.length ? found : listed));
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 120);
  });
}

function suggestFor(input) {
  const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
  const said = { zh: (n) => (n ? `${n} 条建议` : "没有建议"), en: (n) => (n ? `${n} suggestions` : "No suggestions") };
  const address = new URL(input.form.action).pathname + "/suggest";
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let asking = null, waiting = 0, active = -1;

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", language === "en" ? "Suggestions" : "建议");
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function option(suggestion, number) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const about = document.createElement("span");
    item.id = `${input.id}-suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.label = suggestion.label;
    name.textContent = suggestion.label;
    about.className = "about";
    about.textContent = [suggestion.matched === suggestion.label ? "" : suggestion.matched, suggestion.kindLabel[language]]
      .filter(Boolean).join(" · ");
    item.append(name, " ", about);
    return item;
  }

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(option));
    status.textContent = said[language](suggestions.length);
    active = -1;
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function activate(number) {
    const items = [...list.children];
    active = (number + items.length + 1) % (items.length + 1); // one place more: the box itself
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    if (active === items.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", items[active].id);
    items[active].scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    input.value = item.dataset.label;
    close();
    input.form.requestSubmit();
  }

  async function ask() {
    const typed = input.value.trim();
    if (asking) asking.abort();
    if (!typed) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`${address}?${new URLSearchParams({ q: typed })}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const found = await answer.json();
      if (document.activeElement === input) show(found.suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // an input method is at work: what is typed is not yet Chinese
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      activate(event.key === "ArrowDown" ? active + 1 : active < 0 ? list.children.length - 1 : active - 1);
    } else if (event.key === "ArrowDown") {
      ask();
    } else if (event.key === "Enter" && list.children[active] && !list.hidden) {
      event.preventDefault();
      choose(list.children[active]);
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) choose(item);
  });
}
