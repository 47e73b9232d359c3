// Remember the language chosen with the switch, so that an address without one leads to it.
"use strict";
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    document.cookie = `jixiao-language=${link.dataset.language}; path=/; max-age=31536000; SameSite=Lax`;
  });
}
