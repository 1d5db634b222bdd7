// @ts-check
// Where a play is handed in: a page may have a way of its own, and a notebook makes a file.

import { local } from "./paint.js";

/** @typedef {import("./app.js").ShownApp} ShownApp */

/**
 * Open what hands the play in.
 * @param {ShownApp} app
 */
export function openHandIn(app) {
  const file = () => local(app, () => (app.handing = true));
  /** @type {((file: () => void) => void) | undefined} */
  const own = app.model.get && app.model.get("hand_in");
  if (own) own(file);
  else file();
}
