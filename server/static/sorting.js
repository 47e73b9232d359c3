// Let the heads of tables of the class "sortable" sort their rows: numbers as numbers, what is empty last.
"use strict";
const LEAST_ROWS = 3;
const words = new Intl.Collator(document.documentElement.lang, { numeric: true });

/** The number that a cell shows ("1,486,580.55 元", "12 %", "9 (36 处)"), or NaN. */
function figure(text) {
  return /^[-−]?[\d,]+(\.\d+)?(\s*\D{0,4})?(\s*\(.*\))?$/.test(text) ? parseFloat(text.replaceAll(",", "").replace("−", "-")) : NaN;
}

/** Compare two cells' texts: a negative number if the first comes before. */
function compare(one, other) {
  const [a, b] = [figure(one), figure(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? words.compare(one, other) : a - b;
}

/** Sort a table's rows by a column; rows that are equal keep their order. */
function sort(body, column, falling) {
  const keyed = Array.from(body.rows, (row) => [row.cells[column]?.textContent.trim() ?? "", row]);
  keyed.sort(([one], [other]) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    return falling ? compare(other, one) : compare(one, other);
  });
  body.append(...keyed.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const [body] = table.tBodies;
  if (!body || body.rows.length < LEAST_ROWS) continue;
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const unsorted = head.classList.contains("num") ? "ascending" : "descending";
      const falling = (head.ariaSort ?? unsorted) === "ascending";
      for (const each of table.tHead.rows[0].cells) each.ariaSort = null;
      head.ariaSort = falling ? "descending" : "ascending";
      sort(body, head.cellIndex, falling);
    });
  }
}
