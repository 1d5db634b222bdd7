// @ts-check
// nbgrader's own lists in the language that was chosen on a page of formgrader, the lab's first one before.
"use strict";

(() => {
  const script = document.currentScript;
  if (!script) return;
  /** @type {Record<string, {name: string, pairs: [string, string][]}>} */
  const words = JSON.parse(String(script.dataset.words));
  const CHOICE = "kasuslab-language";
  // What people wrote, or a program did.
  const LEFT = new Set(["CODE", "PRE", "SCRIPT", "STYLE", "TEXTAREA"]);
  const NAMES = ["aria-label", "title", "placeholder"];
  const FOLDERS = 'a[href^="/tree/"], a[href^="/notebooks/"], a[href^="/edit/"]';

  /** @returns {string} */
  function chosen() {
    try {
      const language = localStorage.getItem(CHOICE);
      if (language !== null && language in words) return language;
    } catch {
      // A browser that keeps nothing shows the first language.
    }
    return Object.keys(words)[0];
  }

  const language = chosen();
  document.documentElement.lang = language;
  /** @type {Map<string, string>} */
  const whole = new Map();
  /** @type {[RegExp, string][]} */
  const filled = [];
  for (const [theirs, ours] of words[language].pairs) {
    const parts = theirs.split(/\{\d\}/);
    if (parts.length === 1) {
      whole.set(theirs, ours);
    } else {
      const literal = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      filled.push([new RegExp("^" + literal.join("(.*)") + "$"), ours]);
    }
  }

  /**
   * What a text says in the chosen language; the text itself where nbgrader does not say it.
   * @param {string} text
   * @returns {string}
   */
  function inLanguage(text) {
    const plain = text.trim().replace(/\s+/g, " ");
    const ours = whole.get(plain);
    if (ours !== undefined) return text.replace(text.trim(), () => ours);
    for (const [theirs, sentence] of filled) {
      const match = theirs.exec(plain);
      if (match) return sentence.replace(/\{(\d)\}/g, (_place, number) => inLanguage(match[Number(number)]));
    }
    return text;
  }

  /**
   * @param {Element} node
   * @param {string} name of an attribute
   */
  function speakName(node, name) {
    const text = node.getAttribute(name);
    if (text !== null && inLanguage(text) !== text) node.setAttribute(name, inLanguage(text));
  }

  /** @param {Node} node */
  function speak(node) {
    if (node instanceof Text) {
      const ours = inLanguage(node.data);
      if (ours !== node.data) node.data = ours;
    } else if (node instanceof Element && !LEFT.has(node.tagName)) {
      NAMES.forEach((name) => speakName(node, name));
      // A list whose entries are said to be none.
      if (node.matches("ul > li[role='presentation']")) node.removeAttribute("role");
      // In a page of its own nbgrader leads into folders by an address that no server of a course answers.
      if (node instanceof HTMLElement && node.matches(FOLDERS)) {
        node.removeAttribute("href");
        node.hidden = !String(node.textContent).trim();
      }
      if (node instanceof HTMLElement && node.matches(".kasuslab-note > [lang]")) {
        node.hidden = node.lang !== language;
      }
      node.childNodes.forEach(speak);
    }
  }

  /** The buttons for the languages, at the foot of the page. */
  function addChoice() {
    const group = document.createElement("p");
    group.className = "kasuslab-languages";
    for (const [tag, { name }] of Object.entries(words)) {
      const button = document.createElement("button");
      button.type = "button";
      button.lang = tag;
      button.textContent = name;
      button.setAttribute("aria-pressed", String(tag === language));
      button.addEventListener("click", () => {
        try {
          localStorage.setItem(CHOICE, tag);
        } catch {
          return;
        }
        location.reload();
      });
      group.append(button, " ");
    }
    document.body.append(group);
  }

  /** @param {Node} node */
  function speakAnew(node) {
    if (!node.parentElement || !node.parentElement.closest([...LEFT].join())) speak(node);
  }

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") speakAnew(change.target);
      if (change.target instanceof Element && change.attributeName) speakName(change.target, change.attributeName);
      change.addedNodes.forEach(speakAnew);
    }
  }).observe(document.documentElement, {
    childList: true,
    characterData: true,
    attributeFilter: NAMES,
    subtree: true,
  });
  document.addEventListener("DOMContentLoaded", () => {
    speak(document.documentElement);
    addChoice();
  });
})();
