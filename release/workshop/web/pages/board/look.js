// @ts-check
// Looking for what is new, every two seconds, as long as the page is seen.

const EVERY = 2000; // ms between two looks

/** Where the board stands: whatever it asks for is below. */
export const HOME = (document.documentElement.dataset.base || "") + "/board";

/** @param {string} url */
async function look(url) {
  const answer = await fetch(url, { cache: "no-store", credentials: "same-origin" });
  if (answer.status === 403) location.assign(HOME);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/**
 * Look again and again. Gives what looks at once.
 * @param {() => string} urlOf
 * @param {(data: any) => void} show gets the data
 * @param {() => void} lose is told of a failure
 */
export function keepLooking(urlOf, show, lose) {
  let waiting = 0;
  let turn = 0;
  const again = async () => {
    clearTimeout(waiting);
    turn += 1;
    const mine = turn;
    try {
      const data = await look(urlOf());
      if (mine === turn) show(data);
    } catch (error) {
      if (mine === turn) lose();
    }
    if (mine === turn) waiting = setTimeout(again, EVERY);
  };
  document.addEventListener("visibilitychange", () => document.hidden || again());
  again();
  return again;
}
