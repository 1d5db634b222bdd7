// @ts-check
// How the workshop is joined: what an idle projector shows.

import { h } from "../../../../../widgets/player/dom.js";
import { t } from "./labels.js";

/** @typedef {import("../../board_view").JoinView} JoinView */
/** @typedef {import("../../board_view").ProjectorView} ProjectorView */
/** @typedef {import("../../board_view").QrView} QrView */
/** @typedef {import("../../board_view").WifiView} WifiView */

const SVG = "http://www.w3.org/2000/svg";

/**
 * A QR code: black on white, whatever the colours around it.
 * @param {QrView} code
 * @param {string} label
 */
function drawQr(code, label) {
  const image = document.createElementNS(SVG, "svg");
  const set = (/** @type {Element} */ node, /** @type {Record<string, string>} */ attributes) =>
    Object.keys(attributes).forEach((name) => node.setAttribute(name, attributes[name]));
  set(image, { viewBox: "0 0 " + code.size + " " + code.size, class: "pj-qr", role: "img", "aria-label": label });
  const ground = document.createElementNS(SVG, "rect");
  set(ground, { width: String(code.size), height: String(code.size), fill: "#ffffff" });
  const signs = document.createElementNS(SVG, "path");
  set(signs, { d: code.path, fill: "#000000", "shape-rendering": "crispEdges" });
  image.append(ground, signs);
  return image;
}

/** @param {WifiView} wifi */
function drawWifi(wifi) {
  const fact = (/** @type {string} */ name, /** @type {string} */ value) =>
    h("p", {}, t(name) + ": ", h("b", { class: "pj-typed" }, value));
  return h(
    "section",
    { class: "pj-way", "aria-labelledby": "pj-wifi" },
    h("h2", { id: "pj-wifi" }, t("idle_wifi")),
    drawQr(wifi.qr, t("idle_wifi_qr", wifi)),
    fact("idle_wifi_name", wifi.name),
    wifi.password ? fact("idle_wifi_password", wifi.password) : h("p", {}, t("idle_wifi_open"))
  );
}

/**
 * How many have joined; where everybody has a seat and a card for it, how many that are.
 * @param {JoinView} join
 * @param {number} seats
 */
function seatsText(join, seats) {
  if (join.cards) return t("idle_cards", { seats });
  return seats ? t("idle_seats", { seats }) : t("idle_seats_none");
}

/**
 * Address, QR code, code, and how many have joined; or that the workshop is over.
 * @param {ProjectorView} data
 */
export function drawIdle({ join, seats, closed }) {
  if (closed) return h("div", {}, h("h1", {}, t("idle_closed")));
  if (!join) return h("div", {});
  return h(
    "div",
    {},
    h("h1", {}, t("idle_title")),
    h(
      "div",
      { class: "pj-ways" },
      join.wifi ? drawWifi(join.wifi) : null,
      h(
        "section",
        { class: "pj-way", "aria-labelledby": "pj-open" },
        h("h2", { id: "pj-open" }, t(join.wifi ? "idle_open" : "idle_open_alone")),
        drawQr(join.qr, t("idle_qr", join)),
        h("p", { class: "pj-typed pj-address" }, join.address),
        join.code ? h("p", {}, t("idle_code") + ": ", h("b", { class: "pj-typed pj-code" }, join.code)) : null
      )
    ),
    h("p", {}, join.cards ? t("idle_card") : t("idle_scan") + " " + t("idle_back")),
    h("p", { class: "pj-seats", role: "status" }, seatsText(join, seats))
  );
}
