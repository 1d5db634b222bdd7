// @ts-check
// While the start page is open: where the address of this machine changes, the page shows the new one and says so.

const EVERY = 5000; // ms between two looks
const status = document.getElementById("st-moved");

async function look() {
  const place = document.getElementById("st-join");
  if (!place || document.hidden) return;
  const answer = await fetch("/undangan", { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("st-join");
  if (!drawn || drawn.dataset.link === place.dataset.link) return;
  place.replaceWith(drawn);
  if (status) status.textContent = drawn.dataset.moved || "";
}

// A start page that has ended answers no more; what stands on it stays.
setInterval(() => look().catch(() => {}), EVERY);
