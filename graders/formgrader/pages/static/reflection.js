// @ts-check
// The desk beside a reflection: rubric, comments for use again, and what to do when a text tells of danger.
// Comment and score are formgrader's own models: what is written here is saved the way formgrader saves.
"use strict";

(() => {
  /**
   * A model or a collection of formgrader's, as Backbone makes them.
   * @typedef {object} Model
   * @property {(name: string) => unknown} get
   * @property {(name: string, listener: (model: Model) => void) => void} on
   * @property {(name: string, listener: (model: Model) => void) => void} once
   * @property {(values: object) => void} save
   * @property {(test: (model: Model) => boolean) => Model | undefined} find
   */

  /** @typedef {{ comments: Model, grades: Model }} Formgrader */
  /** @typedef {{ id: number, text: string }} KeptComment */
  /** @typedef {{ comments: KeptComment[], refused?: string, told?: string }} Bank */

  const root = document.documentElement;
  const LANGUAGES = String(root.dataset.languages).split(" ");

  /**
   * What a part of the page says in a language.
   * @param {Element} place
   * @param {string} language
   */
  function words(place, language) {
    return String(place.getAttribute(`data-${language}`));
  }

  /**
   * What is to be found in `place`; formgrader's page or our template has it.
   * @param {ParentNode} place
   * @param {string} selector
   */
  function part(place, selector) {
    return /** @type {HTMLElement} */ (place.querySelector(selector));
  }

  /**
   * @param {ParentNode} place
   * @param {string} selector
   * @returns {HTMLElement[]}
   */
  function parts(place, selector) {
    return [...place.querySelectorAll(selector)].map((each) => /** @type {HTMLElement} */ (each));
  }

  /** @param {string} name */
  function remembered(name) {
    try {
      return sessionStorage.getItem(name) ?? localStorage.getItem(name);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {boolean} [forLong] beyond this window
   */
  function remember(name, value, forLong) {
    try {
      (forLong ? localStorage : sessionStorage).setItem(name, value);
    } catch {
      // A browser that keeps nothing asks again on the next page.
    }
  }

  /**
   * @param {Element} button
   * @param {boolean} on
   */
  function press(button, on) {
    button.setAttribute("aria-pressed", String(on));
  }

  /** @param {Element} button */
  function pressed(button) {
    return button.getAttribute("aria-pressed") === "true";
  }

  /** @param {string} name */
  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return found ? found.slice(name.length + 1) : "";
  }

  /**
   * @param {string} path
   * @param {string} method
   * @param {object} [body]
   */
  async function ask(path, method, body) {
    const answer = await fetch(`${root.dataset.base}/kasuslab/${path}`, {
      method,
      headers: { "Content-Type": "application/json", "X-XSRFToken": cookie("_xsrf") },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  class Bar {
    /** @param {Element} bar */
    constructor(bar) {
      this.only = bar.querySelector("[data-only]");
      this.speaks = parts(bar, "[data-speak]");
      for (const button of this.speaks) button.addEventListener("click", () => this.speak(button.dataset.speak));
      this.speak(root.dataset.language);
      const only = this.only;
      if (only) {
        only.addEventListener("click", () => this.showOnly(only, !pressed(only)));
        this.showOnly(only, root.dataset.alone === "true" || remembered("kasuslab-only") === "yes");
      }
      /** @type {NodeListOf<HTMLAnchorElement>} */
      const links = bar.querySelectorAll("[data-go]");
      for (const link of links) link.addEventListener("click", (event) => this.go(event, link));
    }

    speak(language = LANGUAGES[0]) {
      root.dataset.language = language;
      root.lang = language;
      remember("kasuslab-language", language, true);
      for (const button of this.speaks) press(button, button.dataset.speak === language);
    }

    /**
     * @param {Element} only
     * @param {boolean} on
     */
    showOnly(only, on) {
      press(only, on);
      remember("kasuslab-only", on ? "yes" : "no");
      document.body.classList.toggle("desk-only", on);
    }

    /**
     * What was typed last is on its way when a link is clicked: wait for it.
     * @param {Event} event
     * @param {HTMLAnchorElement} link
     */
    go(event, link) {
      event.preventDefault();
      const leave = () => {
        const index = [...document.querySelectorAll(".tabbable")].indexOf(link);
        location.assign(`${link.href}?index=${index}`);
      };
      if (document.body.dataset.saving) document.addEventListener("kasuslab-saved", leave, { once: true });
      else leave();
    }
  }

  class Desk {
    /**
     * @param {Element} desk
     * @param {Formgrader} formgrader
     */
    constructor(desk, formgrader) {
      this.desk = desk;
      this.box = /** @type {HTMLTextAreaElement} */ (desk.querySelector("textarea"));
      this.name = this.box.id.replace(/-comment$/, "");
      /** @type {Model | undefined} */
      this.grade = undefined;
      this.levels = parts(desk, "[data-level]");
      this.sayings = new Map(parts(desk, "[data-saying]").map((saying) => [saying.dataset.saying, saying]));
      for (const button of this.levels) button.addEventListener("click", () => this.choose(button));
      this.box.addEventListener("input", () => this.showLevels());
      const read = this.find("[data-read]");
      read.addEventListener("click", () => this.markRead(!pressed(read)));
      this.find("[data-author]").addEventListener("click", () => this.tellAuthor());
      this.find("[data-keep]").addEventListener("click", () => this.keep());
      this.underway = 0;
      // What formgrader loads would take the place of what was written before.
      this.box.readOnly = true;
      this.loaded = new Promise((resolve) => formgrader.comments.once("sync", resolve));
      this.loaded.then(() => (this.box.readOnly = false));
      this.follow(formgrader);
      ask("comments", "GET").then((bank) => this.showBank(bank), () => this.tell("[data-bank-state]", "failed"));
    }

    /** @param {string} selector */
    find(selector) {
      return part(this.desk, selector);
    }

    /**
     * Every text enters the page as text, never as HTML.
     * @param {string} selector
     * @param {string} name
     * @param {string} [told]
     */
    tell(selector, name, told = "") {
      const saying = /** @type {HTMLElement} */ (this.sayings.get(name));
      const texts = LANGUAGES.map((language) => {
        const text = document.createElement("span");
        text.lang = language;
        text.textContent = words(saying, language).replace("{told}", () => told);
        return text;
      });
      this.find(selector).replaceChildren(...texts);
    }

    /**
     * Formgrader's own models of the comment and the grade, once they are loaded.
     * @param {Formgrader} formgrader
     */
    follow(formgrader) {
      const { comments, grades } = formgrader;
      comments.on("request", (model) => this.saving(model !== comments));
      comments.on("sync", (model) => this.isSaved(model !== comments));
      comments.on("error", () => this.isLost());
      grades.on("request", (model) => this.saving(model !== grades && model.get("name") === this.name));
      grades.on("sync", (model) => {
        this.isSaved(model !== grades && model.get("name") === this.name);
        this.grade = grades.find((grade) => grade.get("name") === this.name);
        this.showRead();
      });
      grades.on("error", () => this.isLost());
    }

    /** @param {boolean} ours */
    saving(ours) {
      if (!ours) return;
      this.underway += 1;
      document.body.dataset.saving = "yes";
      this.tell("[data-state]", "saving");
    }

    /** @param {boolean} ours */
    isSaved(ours) {
      this.box.placeholder = "";
      this.showLevels();
      if (!ours) return;
      this.underway -= 1;
      if (this.underway > 0) return;
      delete document.body.dataset.saving;
      this.tell("[data-state]", "saved");
      document.dispatchEvent(new Event("kasuslab-saved"));
    }

    isLost() {
      this.underway = 0;
      delete document.body.dataset.saving;
      this.tell("[data-state]", "failed");
    }

    /**
     * A score of 0 of 0 points is how the gradebook says that somebody has looked.
     * @param {boolean} on
     */
    markRead(on) {
      if (this.grade) this.grade.save({ manual_score: on ? 0 : null, extra_credit: null });
    }

    showRead() {
      if (this.grade === undefined) return;
      // Where there was nothing to read, nbgrader has settled it by itself.
      const nothing = this.grade.get("auto_score") !== null;
      const read = !this.grade.get("needs_manual_grade");
      this.find("[data-read]").hidden = nothing;
      press(this.find("[data-read]"), read);
      this.tell("[data-read-state]", nothing ? "nothing_to_read" : read ? "is_read" : "to_read");
    }

    showLevels() {
      for (const button of this.levels) {
        press(button, LANGUAGES.some((language) => this.box.value.includes(words(button, language))));
      }
    }

    /** @param {HTMLElement} button */
    async choose(button) {
      await this.loaded;
      const before = pressed(button);
      const scale = /** @type {Element} */ (button.parentElement);
      for (const other of parts(scale, "[data-level]")) {
        for (const language of LANGUAGES) this.takeOut(words(other, language));
      }
      if (before) this.write(this.box.value);
      else this.insert(words(button, String(root.dataset.language)));
    }

    /** @param {string} sentence */
    takeOut(sentence) {
      const at = this.box.value.indexOf(sentence);
      if (at < 0) return;
      const before = this.box.value.slice(0, at);
      const after = this.box.value.slice(at + sentence.length);
      this.box.value = before === "" ? after.trimStart() : before.replace(/ $/, "") + after;
    }

    /** @param {string} sentence */
    async insert(sentence) {
      await this.loaded;
      const text = this.box.value.trimEnd();
      this.write(text === "" ? sentence : `${text} ${sentence}`);
    }

    /** @param {string} text */
    write(text) {
      this.box.value = text;
      this.box.dispatchEvent(new Event("autosize:update"));
      this.showLevels();
      // Formgrader saves on “change”; it listens through jQuery, which hears native events.
      this.box.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /** @param {Bank} bank */
    showBank({ comments, refused, told }) {
      const list = this.find("[data-bank]");
      const item = /** @type {HTMLTemplateElement} */ (this.find("[data-bank-item]"));
      list.replaceChildren(
        ...comments.map((comment) => {
          const copy = /** @type {DocumentFragment} */ (item.content.cloneNode(true));
          const row = /** @type {Element} */ (copy.firstElementChild);
          const text = part(row, "[data-text]");
          text.textContent = comment.text;
          text.id = `desk-kept-${comment.id}`;
          for (const button of row.querySelectorAll("button")) button.setAttribute("aria-describedby", text.id);
          part(row, "[data-insert]").addEventListener("click", () => this.insert(comment.text));
          part(row, "[data-delete]").addEventListener("click", () => this.drop(comment.id));
          return row;
        }),
      );
      this.find("[data-bank-empty]").hidden = comments.length > 0;
      if (refused) this.tell("[data-bank-state]", `refused_${refused}`, told);
    }

    async keep() {
      const { selectionStart: from, selectionEnd: to, value } = this.box;
      const text = from < to ? value.slice(from, to) : value;
      await this.change("comments", "POST", { text, submission: root.dataset.submission }, "bank_kept");
    }

    /** @param {number} id */
    async drop(id) {
      // Its button goes with it, so the focus goes on before.
      this.find("[data-keep]").focus();
      await this.change(`comments/${id}`, "DELETE", undefined, "bank_deleted");
    }

    /**
     * @param {string} path
     * @param {string} method
     * @param {object | undefined} body
     * @param {string} done
     */
    async change(path, method, body, done) {
      try {
        const bank = await ask(path, method, body);
        if (!bank.refused) this.tell("[data-bank-state]", done);
        this.showBank(bank);
      } catch {
        this.tell("[data-bank-state]", "failed");
      }
    }

    async tellAuthor() {
      try {
        const { author } = await ask(`author/${root.dataset.submission}`, "POST");
        this.tell("[data-author-is]", "author_is", author);
      } catch {
        this.tell("[data-author-is]", "author_failed");
      }
    }
  }

  // Formgrader takes Tab and Enter for its score fields alone; here they are the browser's.
  /** @param {KeyboardEvent} event */
  function keepKeys(event) {
    if (["Tab", "Enter"].includes(event.key) && !event.ctrlKey) event.stopPropagation();
  }

  // Whatever gets the focus, formgrader slides the page to it for half a second, away from under a mouse that
  // is still pressed: the click is lost. A browser brings what gets the focus into view by itself.
  const { FormGrader } = /** @type {Window & { FormGrader?: any }} */ (window);
  FormGrader.prototype.scrollToLastSelected = function stay() {
    this.setCurrentIndex();
    history.replaceState(history.state, "", this.navigateTo(""));
  };

  window.addEventListener("load", () => {
    const bar = part(document, ".desk-bar");
    const [desk] = parts(document, ".desk");
    for (const place of [bar, desk]) place?.addEventListener("keydown", keepKeys);
    new Bar(bar);
    if (desk) new Desk(desk, /** @type {Window & { formgrader?: any }} */ (window).formgrader);
  });
})();
