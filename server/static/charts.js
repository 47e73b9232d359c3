// Draw the chart of a page from the table below it, and offer it as a picture with its title, filters, version and source.
"use strict";
const place = document.getElementById("chart");
const data = JSON.parse(document.getElementById("chart-data").textContent);
const drawing = { ...data, ...read(document.getElementById("chart-table")) };
const FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"; // SVG puts this between double quotes
const PAPER = { ink: "#1d2126", soft: "#545d66", line: "#dfe2e0", paper: "#ffffff", colours: ["#8c2f2b", "#7f8783", "#c27466", "#3f464c", "#dba79c", "#a9b0ad"] };
const BAR = 30, WIDE = 960, MARGIN = 24;
const dark = matchMedia("(prefers-color-scheme: dark)");
const measuring = document.createElement("canvas").getContext("2d");

/** The bars that a table tells of: a row is a place, a column a series. */
function read(table) {
  const rows = Array.from(table.tBodies[0].rows);
  const series = Array.from(table.tHead.rows[0].cells).slice(1).map((head, n) => {
    const texts = rows.map((row) => row.cells[n + 1].dataset.value);
    const values = texts.map((each) => (each === undefined ? null : Number(each)));
    const shown = values.map((each) => (each === null ? "" : each.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 6 })));
    return { name: head.textContent, values, shown };
  });
  const sums = rows.map((_, n) => series.reduce((sum, each) => sum + (each.values[n] ?? 0), 0) / data.scale);
  return { series, sums, places: rows.map((row) => ({ name: row.cells[0].textContent, href: row.cells[0].querySelector("a")?.href })) };
}

/** The page's colours, which follow its light or dark scheme. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"), soft: value("--soft"), line: value("--line"), paper: value("--card"),
    colours: [1, 2, 3, 4, 5, 6].map((n) => value(`--chart-${n}`)),
  };
}

function width(text, size) {
  measuring.font = `${size}px ${FONT}`;
  return measuring.measureText(text).width;
}

/** Cut a text to a width in pixels. */
function cut(text, room, size) {
  if (width(text, size) <= room) return text;
  let kept = Array.from(text);
  while (kept.length > 1 && width(`${kept.join("")}…`, size) > room) kept.pop();
  return `${kept.join("")}…`;
}

/** Write a text in two lines of a width at most, and cut the second. */
function inTwo(text, room, size) {
  const [first, ...others] = wrapped(text, room, size);
  return others.length ? `${first}\n${cut(others.join(""), room, size)}` : first;
}

/** The lines that the legend takes: each name has its mark and a gap beside it. */
function legendLines(room) {
  let lines = 1, used = 0;
  for (const { name } of drawing.series) {
    const wide = width(name, 12) + 42;
    if (used && used + wide > room) { lines += 1; used = 0; }
    used += wide;
  }
  return lines;
}

/** Break a text into lines of a width: at blanks, or anywhere in words that are longer and in Chinese. */
function wrapped(text, room, size) {
  const lines = [""];
  for (const piece of text.match(/[\u2e80-\uffef][，。；：、）〕”]*|[^\s\u2e80-\uffef]+\s*|\s+/gu) ?? []) {
    for (const part of width(piece, size) > room ? Array.from(piece) : [piece]) {
      if (width(lines.at(-1) + part.trimEnd(), size) > room) lines.push("");
      lines[lines.length - 1] += part;
    }
  }
  return lines.map((line) => line.trimEnd());
}

function tooltip(colours, formatter) {
  return {
    renderMode: "richText", confine: true, backgroundColor: colours.paper, borderColor: colours.line,
    textStyle: { color: colours.ink, fontFamily: FONT, fontSize: 13 }, formatter,
  };
}

/** The last series with a figure at a place: the end of its bar. */
function last(n) {
  return drawing.series.findLastIndex((each) => each.values[n] !== null);
}

/** How to write names below upright bars: side by side, or turned if they would not fit, so that each bar has its own. */
function below(names, room) {
  const slot = (room - 110) / Math.max(1, names.length);
  const turned = Math.max(...names.map((each) => width(each, 12))) + 6 > slot;
  return turned ? { rotate: slot < 30 ? 90 : 45, hideOverlap: slot < 13, formatter: (name) => cut(name, 96, 12) } : {};
}

function bars(colours, room) {
  const names = drawing.places.map((each) => each.name);
  const many = drawing.series.length > 1;
  const longest = Math.max(48, ...drawing.sums.map((each) => width(brief(each), 11)));
  const labels = {
    type: "category", data: names, inverse: drawing.lying, axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: {
      color: colours.ink, fontFamily: FONT, fontSize: 12, interval: 0, hideOverlap: true,
      ...(drawing.lying ? { formatter: (name) => inTwo(name, room * 0.4, 12) } : below(names, room)),
    },
  };
  const figures = {
    type: "value", name: drawing.axis, nameTextStyle: { color: colours.soft, fontFamily: FONT }, nameLocation: drawing.lying ? "middle" : "end", nameGap: drawing.lying ? 24 : 15,
    splitNumber: room < 500 ? 3 : 5, splitLine: { lineStyle: { color: colours.line } }, minInterval: drawing.whole ? 1 : 0,
    axisLabel: { color: colours.soft, fontFamily: FONT, formatter: (value) => (value / drawing.scale).toLocaleString(document.documentElement.lang), hideOverlap: true },
  };
  return {
    color: colours.colours, animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: drawing.lying ? longest + 16 : 64, top: (many ? 8 + 24 * legendLines(room) : 4) + (drawing.lying ? 0 : 32), bottom: drawing.lying ? 28 : 8, containLabel: true },
    legend: many ? { top: 0, left: 0, type: "plain", textStyle: { color: colours.ink, fontFamily: FONT } } : undefined,
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow" },
      ...tooltip(colours, (points) => [
        names[points[0].dataIndex],
        ...points.filter((each) => drawing.series[each.seriesIndex].shown[each.dataIndex] !== "")
          .map((each) => `${each.seriesName}  ${drawing.series[each.seriesIndex].shown[each.dataIndex]} ${drawing.unit}`),
      ].join("\n")),
    },
    [drawing.lying ? "yAxis" : "xAxis"]: labels,
    [drawing.lying ? "xAxis" : "yAxis"]: figures,
    series: drawing.series.map((each, at) => ({
      label: {
        show: drawing.lying || room > longest * names.length, position: drawing.lying ? "right" : "top", color: colours.ink,
        fontFamily: FONT, fontSize: 11, formatter: (point) => (last(point.dataIndex) === at ? brief(drawing.sums[point.dataIndex]) : ""),
      },
      type: "bar", name: each.name, data: each.values, stack: "all", barMaxWidth: 36, cursor: drawing.places.some((one) => one.href) ? "pointer" : "default",
    })),
  };
}

/** A sum beside its bar: rounded to four digits or a whole number. */
function brief(sum) {
  return sum ? sum.toLocaleString(document.documentElement.lang, { maximumFractionDigits: Math.max(0, 3 - Math.floor(Math.log10(sum))) }) : "";
}

function height(room) {
  return drawing.lying ? 120 + BAR * drawing.places.length : room < 600 ? 320 : 400;
}

let chart = null;

function draw() {
  const room = place.clientWidth;
  place.style.height = `${height(room)}px`;
  if (chart === null) {
    chart = echarts.init(place, null, { renderer: "svg" });
    chart.on("click", (point) => {
      const thing = drawing.places[point.dataIndex];
      if (thing?.href) location.assign(thing.href);
    });
  }
  chart.resize();
  chart.setOption(bars(theme(), room), true);
}

/** Draw the chart as a picture on white: title, figure shown and filters above, notes, source and version below. */
function pictured(instance, high, top, head, foot) {
  const made = bars(PAPER, WIDE);
  const line = (text, at, size, weight, color) => ({ text, left: MARGIN, top: at, padding: 0, textStyle: { fontFamily: FONT, fontSize: size, fontWeight: weight, color } });
  let at = MARGIN;
  const title = [];
  for (const [text, size, weight, color, step] of head) { title.push(line(text, at, size, weight, color)); at += step; }
  at = high - MARGIN - foot.length * 18;
  for (const text of foot) { title.push(line(text, at, 12, "normal", PAPER.soft)); at += 18; }
  const below = MARGIN + foot.length * 18 + 16;
  if (made.legend) made.legend = { ...made.legend, top, left: MARGIN };
  made.grid = { ...made.grid, left: MARGIN, right: MARGIN + 32, top: top + made.grid.top, bottom: below };
  instance.setOption({ ...made, title, backgroundColor: PAPER.paper, tooltip: { show: false } });
}

function picture(format) {
  const room = WIDE - 2 * MARGIN;
  const head = wrapped(data.title, room, 20).map((text) => [text, 20, "bold", PAPER.ink, 28])
    .concat(data.head.flatMap((each) => wrapped(each, room, 13)).map((text) => [text, 13, "normal", PAPER.soft, 20]));
  const foot = [...data.foot, decodeURI(data.address)].flatMap((each) => wrapped(each, room, 12));
  const top = MARGIN + head.reduce((sum, each) => sum + each[4], 0) + 12;
  const high = top + height(WIDE) + foot.length * 18 + MARGIN;
  if (format === "svg") {
    const instance = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDE, height: high });
    pictured(instance, high, top, head, foot);
    const text = instance.renderToSVGString();
    instance.dispose();
    save(new Blob([text], { type: "image/svg+xml" }), format);
    return;
  }
  const canvas = document.createElement("canvas");
  const instance = echarts.init(canvas, null, { renderer: "canvas", width: WIDE, height: high, devicePixelRatio: 2 });
  pictured(instance, high, top, head, foot);
  instance.getZr().flush();
  const whole = instance.getRenderedCanvas({ pixelRatio: 2, backgroundColor: PAPER.paper });
  whole.toBlob((blob) => { save(blob, format); instance.dispose(); }, "image/png");
}

function save(blob, format) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `jixiao-${data.name}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

try {
  draw();
  const tools = document.getElementById("chart-tools");
  for (const button of tools.querySelectorAll("[data-picture]")) button.addEventListener("click", () => picture(button.dataset.picture));
  tools.hidden = false;
  let known = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth !== known) { known = place.clientWidth; draw(); }
  }).observe(place);
  dark.addEventListener("change", draw);
} catch (error) {
  place.removeAttribute("role");
  place.removeAttribute("aria-label");
  place.textContent = place.dataset.failed;
  console.error(error);
}
