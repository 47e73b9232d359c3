// Draw the chart of a page from the data beside it, and offer it as a picture with its title, filters, version and source.
"use strict";
const place = document.getElementById("chart");
const data = JSON.parse(document.getElementById("chart-data").textContent);
const drawing = data.drawing;
const FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"; // SVG puts this between double quotes
const PAPER = { ink: "#1d2126", soft: "#545d66", line: "#dfe2e0", paper: "#ffffff", colours: ["#8c2f2b", "#7f8783", "#c27466", "#3f464c", "#dba79c", "#a9b0ad"] };
const BAR = 30, WIDE = 960, MARGIN = 24;
const dark = matchMedia("(prefers-color-scheme: dark)");
const measuring = document.createElement("canvas").getContext("2d");

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
  const longest = Math.max(48, ...(drawing.sums ?? []).map((each) => width(each, 11)));
  const labels = {
    type: "category", data: names, inverse: drawing.lying, axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: {
      color: colours.ink, fontFamily: FONT, fontSize: 12, interval: 0, hideOverlap: true,
      ...(drawing.lying ? { formatter: (name) => cut(name, room * 0.4, 12) } : below(names, room)),
    },
  };
  const figures = {
    type: "value", name: drawing.axis, nameLocation: "end", nameTextStyle: { color: colours.soft, fontFamily: FONT },
    splitNumber: room < 500 ? 3 : 5, splitLine: { lineStyle: { color: colours.line } }, minInterval: drawing.whole ? 1 : 0,
    axisLabel: { color: colours.soft, fontFamily: FONT, formatter: (value) => (value / drawing.scale).toLocaleString(document.documentElement.lang), hideOverlap: true },
  };
  return {
    color: colours.colours, animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: drawing.lying ? longest + 16 : 64, top: (many ? 32 : 4) + (drawing.lying ? 0 : 32), bottom: 8, containLabel: true },
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
        show: Boolean(drawing.sums) && (drawing.lying || room > longest * names.length), position: drawing.lying ? "right" : "top", color: colours.ink,
        fontFamily: FONT, fontSize: 11, formatter: (point) => (last(point.dataIndex) === at ? drawing.sums[point.dataIndex] : ""),
      },
      type: "bar", name: each.name, data: each.values, stack: "all", barMaxWidth: 36, cursor: drawing.places.some((one) => one.href) ? "pointer" : "default",
    })),
  };
}

/** Lay nodes out so that those joined are near and all others apart, always alike; [x, y] by node. */
function laid(count, joined, across, high) {
  const apart = Math.sqrt((across * high) / Math.max(1, count));
  const at = Array.from({ length: count }, (_, n) => {
    const far = apart * 0.6 * Math.sqrt(n), turn = n * 2.4;
    return [(far * Math.cos(turn) * across) / high, far * Math.sin(turn)];
  });
  for (let step = 0, most = apart * 2; step < 160; step += 1, most *= 0.965) {
    const moved = at.map(([x, y]) => [(-0.03 * x * high) / across, -0.03 * y]);
    const push = (one, other, strength) => {
      const dx = at[one][0] - at[other][0], dy = at[one][1] - at[other][1], far = Math.hypot(dx, dy) || 0.01;
      const by = strength(far) / far;
      moved[one][0] += dx * by; moved[one][1] += dy * by; moved[other][0] -= dx * by; moved[other][1] -= dy * by;
    };
    for (let one = 0; one < count; one += 1) {
      for (let other = one + 1; other < count; other += 1) push(one, other, (far) => (far < 3 * apart ? (apart * apart * 0.5) / far : 0));
    }
    for (const [one, other] of joined) push(one, other, (far) => (-far * far) / (2 * apart));
    moved.forEach(([dx, dy], n) => {
      const far = Math.hypot(dx, dy) || 0.01;
      at[n][0] += (dx / far) * Math.min(far, most);
      at[n][1] += (dy / far) * Math.min(far, most);
    });
  }
  return at;
}

/** A node's name at the side where it has room, cut to that room; `across` are all positions from left to right. */
function beside(name, x, across, area, most, size) {
  const least = Math.min(...across), far = (x - least) / (Math.max(...across) - least || 1);
  const [left, right] = [area.left + far * area.width - 14, area.right + (1 - far) * area.width - 14];
  const needed = Math.min(most, width(name, size));
  const position = right >= needed || right >= left ? "right" : "left";
  return { position, formatter: cut(name, Math.min(most, position === "right" ? right : left), size) };
}

function network(colours, room) {
  const most = Math.max(1, ...drawing.documents.map((each) => each.projects));
  const first = drawing.documents.length;
  const joined = drawing.citations.map(([document, project]) => [document, first + project]);
  const at = laid(first + drawing.projects.length, joined, room, height(room));
  const across = at.map(([x]) => x), right = room < 600 ? 60 : 150;
  const area = { left: 24, right, width: room - 24 - right };
  const documents = drawing.documents.map((each, n) => ({
    id: `${n}`, name: each.name, href: each.href, category: 0, x: at[n][0], y: at[n][1],
    told: `${wrapped(each.name, 280, 13).join("\n")}\n${each.projects} ${data.words.projects}`,
    symbolSize: Math.max(6, Math.min(8, 40 / Math.sqrt(most)) * Math.sqrt(each.projects)),
    label: { show: true, ...beside(each.name, at[n][0], across, area, 160, 11), color: colours.ink, fontSize: 11, fontFamily: FONT, textBorderColor: colours.paper, textBorderWidth: 2 },
  }));
  const projects = drawing.projects.map((each, n) => ({
    id: `${first + n}`, name: each.name, href: each.href, category: 1, x: at[first + n][0], y: at[first + n][1],
    told: wrapped(each.name, 280, 13).join("\n"), symbol: "rect", symbolSize: 7,
    label: { show: true, ...beside(each.name, at[first + n][0], across, area, 120, 10), color: colours.soft, fontSize: 10, fontFamily: FONT, textBorderColor: colours.paper, textBorderWidth: 2 },
  }));
  return {
    color: colours.colours, animation: false, textStyle: { fontFamily: FONT },
    legend: { top: 8, left: 8, textStyle: { color: colours.ink, fontFamily: FONT }, data: [{ name: data.words.documents, icon: "circle" }, { name: data.words.nodes, icon: "rect" }] },
    tooltip: tooltip(colours, (point) => (point.dataType === "node" ? point.data.told : "")),
    series: [{
      type: "graph", layout: "none", roam: true, scaleLimit: { min: 0.3, max: 12 }, cursor: "pointer", labelLayout: { hideOverlap: true },
      top: 56, bottom: 24, left: area.left, right, preserveAspect: true,
      categories: [
        { name: data.words.documents, itemStyle: { color: colours.colours[0] } },
        { name: data.words.nodes, itemStyle: { color: colours.colours[1] }, symbol: "rect" },
      ],
      nodes: [...documents, ...projects], lineStyle: { color: colours.soft, opacity: 0.5 }, emphasis: { focus: "adjacency" },
      links: joined.map(([document, project]) => ({ source: `${document}`, target: `${project}` })),
    }],
  };
}

function option(colours, room) {
  return drawing.kind === "network" ? network(colours, room) : bars(colours, room);
}

function height(room) {
  if (drawing.kind === "network") return room < 600 ? 460 : 620;
  return drawing.lying ? 110 + BAR * drawing.places.length : room < 600 ? 320 : 400;
}

let chart = null;

function draw() {
  const room = place.clientWidth;
  place.style.height = `${height(room)}px`;
  if (chart === null) {
    chart = echarts.init(place, null, { renderer: "svg" });
    chart.on("click", (point) => {
      const thing = drawing.kind === "network" ? point.data : drawing.places[point.dataIndex];
      if (thing?.href) location.assign(thing.href);
    });
  }
  chart.resize();
  chart.setOption(option(theme(), room), true);
}

/** Draw the chart as a picture on white: title, figure shown and filters above, notes, source and version below. */
function pictured(instance, high, top, head, foot) {
  const made = option(PAPER, WIDE);
  const line = (text, at, size, weight, color) => ({ text, left: MARGIN, top: at, padding: 0, textStyle: { fontFamily: FONT, fontSize: size, fontWeight: weight, color } });
  let at = MARGIN;
  const title = [];
  for (const [text, size, weight, color, step] of head) { title.push(line(text, at, size, weight, color)); at += step; }
  at = high - MARGIN - foot.length * 18;
  for (const text of foot) { title.push(line(text, at, 12, "normal", PAPER.soft)); at += 18; }
  const below = MARGIN + foot.length * 18 + 16;
  if (made.legend) made.legend = { ...made.legend, top, left: MARGIN };
  if (made.grid) made.grid = { ...made.grid, left: MARGIN, right: MARGIN + 32, top: top + made.grid.top, bottom: below };
  else Object.assign(made.series[0], { top: top + 40, bottom: below, left: 48, right: 180, roam: false });
  instance.setOption({ ...made, title, backgroundColor: PAPER.paper, tooltip: { show: false } });
}

function picture(format) {
  const room = WIDE - 2 * MARGIN;
  const head = wrapped(data.title, room, 20).map((text) => [text, 20, "bold", PAPER.ink, 28])
    .concat(data.head.flatMap((each) => wrapped(each, room, 13)).map((text) => [text, 13, "normal", PAPER.soft, 20]));
  const foot = data.foot.flatMap((each) => wrapped(each, room, 12));
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

/** Zoom the network about the middle, or draw it anew. */
function zoom(by) {
  if (!by) return draw();
  chart.dispatchAction({ type: "graphRoam", seriesIndex: 0, zoom: Number(by), originX: place.clientWidth / 2, originY: place.clientHeight / 2 });
}

try {
  draw();
  const tools = document.getElementById("chart-tools");
  for (const button of tools.querySelectorAll("[data-picture]")) button.addEventListener("click", () => picture(button.dataset.picture));
  for (const button of tools.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
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
