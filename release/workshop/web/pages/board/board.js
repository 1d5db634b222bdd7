// @ts-check
// The board of the facilitator, and the page of the projector: both draw what the server sends.
// All of it goes in as text, never as HTML.

import { empty, keyed } from "../../../../../widgets/player/dom.js";
import { markPeople } from "../../../../../widgets/player/people.js";
import { drawBoard } from "./cards.js";
import { t } from "./labels.js";
import { HOME, keepLooking } from "./look.js";
import { fitScreen, showOnProjector } from "./projector.js";

/** @typedef {import("../../board_view").BoardView} BoardView */

const state = {
  case: new URLSearchParams(location.search).get("kasus") || "",
  sectors: "",
  drawn: "",
  /** @type {Record<string, boolean>} */
  openKeys: {},
  /** @type {Record<string, string>} */
  minutes: {},
  again: () => {},
};

const statusLine = document.getElementById("bd-status");

/** @param {string} text */
function sayStatus(text) {
  if (statusLine && statusLine.textContent !== text) statusLine.textContent = text;
}

/**
 * @param {string} path below that of the board
 * @param {Record<string, string>} form
 * @param {string} done what is said where it was done
 */
async function post(path, form, done) {
  try {
    const body = new URLSearchParams(form);
    const answer = await fetch(HOME + path, { method: "POST", body, credentials: "same-origin" });
    sayStatus(answer.ok ? done : t(answer.status === 403 ? "refused" : "failed"));
  } catch (error) {
    sayStatus(t("failed"));
  }
  state.again();
}

/** @param {string} id */
function openCase(id) {
  state.case = id;
  state.sectors = "";
  history.replaceState(null, "", HOME + "?kasus=" + encodeURIComponent(id));
  state.again();
}

/** @param {string} decision */
function compareSectors(decision) {
  state.sectors = state.sectors === decision ? "" : decision;
  state.again();
}

/**
 * Draw the board anew where something changed; the focus stays where it was.
 * @param {HTMLElement} place
 * @param {BoardView} data
 */
function showBoard(place, data) {
  if (!state.case && data.cases.length) {
    state.case = data.playing || data.cases[0].id;
    state.again();
    return;
  }
  if (statusLine && statusLine.textContent === t("lost")) sayStatus("");
  const text = JSON.stringify([data, state.case, state.sectors]);
  if (text === state.drawn) return;
  state.drawn = text;
  const active = document.activeElement;
  const key = active && place.contains(active) ? active.getAttribute("data-key") : null;
  const desk = { data, openCase: state.case, openKeys: state.openKeys, minutes: state.minutes, open: openCase, compare: compareSectors, post };
  empty(place);
  place.append(...drawBoard(desk));
  markPeople(place, t("people_titles"));
  if (!key) return;
  // A button that is gone leaves the focus at the next one of its decision.
  const next = keyed(place, key) || keyed(place, "show-" + key.replace(/^[a-z]+-/, ""));
  if (next) next.focus({ preventScroll: true });
}

const projector = document.getElementById("pj");
const board = document.getElementById("bd-board");
if (projector) {
  // What cannot be looked up any more is not left standing for the room to see.
  window.addEventListener("resize", fitScreen);
  const show = (/** @type {import("../../board_view").ProjectorView} */ data) => showOnProjector(projector, data);
  const nothing = () => show({ shown: null, join: null, seats: 0, closed: false });
  keepLooking(() => HOME + "/projector.json", show, nothing);
} else if (board) {
  const url = () =>
    HOME + "/data.json?kasus=" + encodeURIComponent(state.case) + "&sektor=" + encodeURIComponent(state.sectors);
  state.again = keepLooking(url, (data) => showBoard(board, data), () => sayStatus(t("lost")));
}
