// Before formgrader's own scripts: the names they look for, read from the page's attributes.
"use strict";

(() => {
  const page = document.documentElement.dataset;
  window.base_url = page.base;
  window.assignment_id = page.assignment;
  window.notebook_id = page.notebook;
  window.submission_id = page.submission;

  // formgrade.js waits for MathJax to say that it has ended; without a network it would stop at that line.
  // Nothing here is a formula, so this answers in its place, and nothing is loaded from outside.
  window.MathJax = { Hub: { Startup: { signal: { Interest: (tell) => tell("End") } } } };

  // Formgrader writes the address anew, and what was asked for in it is gone then.
  page.alone = String(new URLSearchParams(location.search).has("only"));

  try {
    const language = localStorage.getItem("kasuslab-language");
    if (page.languages.split(" ").includes(language)) page.language = document.documentElement.lang = language;
  } catch {
    // A browser that keeps nothing shows the first language.
  }
})();
