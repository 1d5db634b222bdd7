// @ts-check
// The scenes of the case as a map to click in, drawn of elements and texts alone.

import { made } from "./elements.js";

/** @typedef {import("../bench/messages").MapMessage} MapMessage */
/** @typedef {import("../bench/messages").BoxMessage} BoxMessage */

const WIDE = 190;
const HIGH = 64;
const APART = 34;
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/**
 * The map. count: how many findings a part has; open: what a click on a scene does.
 * @param {MapMessage} map
 * @param {(part: string) => number} count
 * @param {(part: string) => void} open
 * @param {(name: string, values?: Record<string, string | number>) => string} word
 */
export function mapOf(map, count, open, word) {
  const columns = Math.max(1, ...map.boxes.map((box) => box.column + 1));
  const rows = Math.max(1, ...map.boxes.map((box) => box.row + 1));
  const wide = columns * (WIDE + APART) + APART;
  const high = rows * (HIGH + APART) + APART;
  const left = (/** @type {BoxMessage} */ box) => APART / 2 + box.column * (WIDE + APART);
  const top = (/** @type {BoxMessage} */ box) => APART / 2 + box.row * (HIGH + APART);
  const svg = drawn("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, class: "bn-ways-drawn" });
  svg.setAttribute("aria-hidden", "true");
  const boxes = new Map(map.boxes.map((box) => [box.part, box]));
  for (const way of map.ways) {
    const from = boxes.get("scene." + way.source);
    const to = boxes.get("scene." + way.goal);
    if (!from || !to) continue;
    const [x1, y1] = [left(from) + WIDE / 2, top(from) + HIGH];
    const [x2, y2] = [left(to) + WIDE / 2, top(to)];
    const bend = Math.max(14, (y2 - y1) / 2);
    svg.append(
      drawn("path", {
        d: `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`,
        class: way.condition ? "bn-way bn-some" : "bn-way",
      })
    );
  }
  const list = made("ul", { class: "bn-boxes" });
  for (const box of map.boxes) {
    const errors = count(box.part);
    const lines = [made("b", {}, box.title)];
    if (box.ask) lines.push(made("small", {}, box.ask));
    if (box.ends) lines.push(made("small", {}, word("ui_ends")));
    if (errors) lines.push(made("small", { class: "bn-count" }, word("ui_findings_here", { count: errors })));
    const press = made("button", { type: "button", click: () => open(box.part) }, ...lines);
    const item = made("li", {}, press);
    item.style.left = left(box) + "px";
    item.style.top = top(box) + "px";
    list.append(item);
  }
  list.style.width = wide + "px";
  list.style.height = high + "px";
  list.prepend(svg);
  return made("div", { class: "bn-map", tabindex: "0", role: "region", "aria-label": word("ui_map") }, list);
}
