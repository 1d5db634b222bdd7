// @ts-check
// Before formgrader's own scripts: the names they look for, read from the page's attributes.
"use strict";

(() => {
  const page = document.documentElement.dataset;
  // formgrade.js waits for MathJax to say that it has ended; without a network it would stop at that line.
  // Nothing here is a formula, so this answers in its place, and nothing is loaded from outside.
  const Interest = (/** @type {(signal: string) => void} */ tell) => tell("End");
  Object.assign(window, {
    base_url: page.base,
    assignment_id: page.assignment,
    notebook_id: page.notebook,
    submission_id: page.submission,
    MathJax: { Hub: { Startup: { signal: { Interest } } } },
  });

  // Formgrader writes the address anew, and what was asked for in it is gone then.
  page.alone = String(new URLSearchParams(location.search).has("only"));

  try {
    const language = localStorage.getItem("kasuslab-language");
    if (language !== null && String(page.languages).split(" ").includes(language)) {
      page.language = document.documentElement.lang = language;
    }
  } catch {
    // A browser that keeps nothing shows the first language.
  }
})();
