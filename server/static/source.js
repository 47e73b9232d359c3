// Follow the address of a line that stands in another part of a long source.
"use strict";
function follow() {
  const line = document.getElementById(location.hash.slice(1));
  const entry = line && line.closest(".parts li");
  if (entry) location.replace(entry.querySelector("a").href + location.hash);
}
addEventListener("hashchange", follow);
follow();
