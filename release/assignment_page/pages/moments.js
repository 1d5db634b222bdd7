// @ts-check
// Each moment on a page in words, by the clock and in the language of whoever reads it; told anew where the page
// changes its language, or brings another moment.

const MOMENT = /** @type {const} */ ({
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

function tellMoments() {
  for (const time of document.querySelectorAll("time")) {
    const words = new Date(time.dateTime).toLocaleString(document.documentElement.lang, MOMENT);
    if (time.textContent !== words) time.textContent = words;
  }
}

tellMoments();
new MutationObserver(tellMoments).observe(document.documentElement, {
  attributeFilter: ["lang"],
  childList: true,
  subtree: true,
});
