// @ts-check
// What is filled in and not confirmed, kept on this device alone: a reload, the phone's Back, or a line that broke
// loses none of it. It goes with the decision, and with the seat.

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../messages").View} View */

const DRAFTS = "kasuslab_drafts"; // release/workshop/web/pages/client.js forgets it where there is no seat

/**
 * Under which name they are kept: two workshops below paths of one host have drafts of their own.
 * @param {App} app
 */
function keyOf(app) {
  return DRAFTS + String((app.model.get && app.model.get("base")) || "");
}

/**
 * The seat that this page plays for; "" where there are no seats.
 * @param {App} app
 */
function seatOf(app) {
  return String((app.model.get && app.model.get("seat")) || "");
}

/**
 * The drafts of this seat, by play and decision.
 * @param {App} app
 * @returns {Record<string, unknown>}
 */
function stored(app) {
  try {
    const all = JSON.parse(localStorage.getItem(keyOf(app)) || "null");
    return all && all.seat === seatOf(app) && all.drafts instanceof Object ? all.drafts : {};
  } catch (error) {
    return {}; // a browser that is told to keep nothing
  }
}

/**
 * @param {App} app
 * @param {Record<string, unknown>} drafts
 */
function store(app, drafts) {
  try {
    if (Object.keys(drafts).length) localStorage.setItem(keyOf(app), JSON.stringify({ seat: seatOf(app), drafts }));
    else localStorage.removeItem(keyOf(app));
  } catch (error) {
    return; // the same: what is not confirmed is lost with the page
  }
}

/**
 * The stored drafts but those of one play, of which only those stay whose key begins with `still`, where there is one.
 * @param {App} app
 * @param {string} play
 * @param {string} still
 */
function others(app, play, still) {
  const stays = (/** @type {string} */ key) => key.indexOf(play + ":") !== 0 || (still !== "" && key.indexOf(still) === 0);
  return Object.fromEntries(Object.entries(stored(app)).filter(([key]) => stays(key)));
}

/** @param {App} app */
export function recallDrafts(app) {
  app.drafts = stored(app);
  store(app, app.drafts);
}

/**
 * Keep the draft on the screen; of each play that one alone, since what stood before it is confirmed.
 * @param {App} app
 */
export function keepDraft(app) {
  const view = app.view;
  if (!view || !app.draftKey || view.read_only) return;
  store(app, { ...others(app, view.play, ""), [app.draftKey]: app.drafts[app.draftKey] });
}

/**
 * A view has come: what was filled in for another decision of its play is confirmed, or over.
 * @param {App} app
 * @param {View} view
 */
export function forgetDrafts(app, view) {
  if (!view.play || !(view.scene || view.estimate)) return;
  const form = view.scene && view.scene.decision;
  const now = view.estimate ? "estimate:" + view.estimate.decision : form ? form.id : "";
  app.draftKey = "";
  store(app, others(app, view.play, now && view.play + ":" + now));
}

/**
 * A draft that is on the screen now: the one that was begun, or an empty one. One of another shape was begun on
 * another version of this page.
 * @template Draft
 * @param {App} app
 * @param {string} key
 * @param {Draft} empty
 * @returns {Draft}
 */
export function draftAt(app, key, empty) {
  const begun = app.drafts[key];
  app.draftKey = key;
  if (!hasShapeOf(begun, empty)) app.drafts[key] = empty;
  return /** @type {Draft} */ (app.drafts[key]);
}

/**
 * @param {unknown} draft
 * @param {unknown} model
 */
function hasShapeOf(draft, model) {
  if (!(model instanceof Object)) return typeof draft === typeof model;
  const parts = /** @type {Record<string, unknown>} */ (model);
  const given = /** @type {Record<string, unknown>} */ (draft);
  return draft instanceof Object && Object.keys(parts).every((name) => kindOfValue(given[name]) === kindOfValue(parts[name]));
}

/** @param {unknown} value */
function kindOfValue(value) {
  return Array.isArray(value) ? "array" : typeof value;
}
