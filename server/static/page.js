// Remember the language chosen with the switch, so that an address without one leads to it.
"use strict";
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    link.hash = location.hash; // the marked line stays in sight
    document.cookie = `jixiao-language=${link.dataset.language}; path=/; max-age=31536000; SameSite=Lax`;
  });
}

// Where heads stay in sight, a table that is still too wide for the window scrolls by itself instead.
for (const box of document.querySelectorAll(".scroll")) {
  if (box.scrollWidth > box.clientWidth) box.classList.add("wide");
}

// Large parts of a page are folded on phones.
for (const part of document.querySelectorAll("details.large")) part.open = innerWidth > 640;

// Fields left blank stay out of the address of what a form asks for.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("formdata", ({ formData }) => {
    const typed = [...formData].filter(([, value]) => value !== "");
    for (const name of [...formData.keys()]) formData.delete(name);
    for (const [name, value] of typed) formData.append(name, value);
  });
}

// An open chip closes when something else is clicked, or with Escape.
function closeChips(target) {
  for (const chip of document.querySelectorAll(".chip details[open]")) chip.open = chip.contains(target);
}
addEventListener("click", (event) => closeChips(event.target));
addEventListener("keydown", (event) => event.key === "Escape" && closeChips(null));

// What an address names may lie in a folded part of the page; paper shows all parts.
function reveal() {
  const named = document.getElementById(location.hash.slice(1));
  for (const part of [named, named?.firstElementChild]) if (part?.matches("details")) part.open = true;
  if (!named?.closest("details")) return;
  for (let part = named; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  named.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.of-rule, details.large, details.part")) part.open = true;
});

// A check takes seconds: while the page waits for its report, the button says so and cannot be pressed again. A report
// to save leaves the page as it is and tells no end, so that its button stays. Back, Escape and changes bring it back.
for (const button of document.querySelectorAll("button[data-working]")) {
  const { form, textContent: name } = button;
  const said = form.querySelector("[role=status]");
  const wait = (waiting) => {
    const saved = waiting && form.elements.format.value !== "html";
    button.disabled = waiting && !saved;
    button.textContent = button.disabled ? button.dataset.working : name;
    said.textContent = waiting ? said.dataset[saved ? "file" : "page"] : "";
  };
  form.addEventListener("submit", () => wait(true));
  form.addEventListener("input", () => wait(false));
  addEventListener("pageshow", () => wait(false));
  addEventListener("keydown", (event) => event.key === "Escape" && wait(false));
}

// A citation is copied by a button, where the browser lets pages write to the clipboard.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
