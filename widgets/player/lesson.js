// @ts-check
// The lessons: where they are offered, and one as it is read.

import { given, t } from "./app.js";
import { act } from "./connection.js";
import { h } from "./dom.js";
import { local } from "./paint.js";
import { actions, agreedMark, heading, primary, quiet, sending, sourceList } from "./parts.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./app.js").ShownApp} ShownApp */
/** @typedef {import("../messages").LessonSectionView} LessonSectionView */

/**
 * @param {App} app
 * @param {string} competency
 */
export function readLesson(app, competency) {
  act(app, { type: "lesson", lesson: competency });
}

/**
 * The lessons of these competencies, each as a button; nothing where none may be read now.
 * @param {ShownApp} app
 * @param {string[]} competencies
 * @param {string} place in which they are offered
 */
export function lessonButtons(app, competencies, place) {
  return app.view.lessons
    .filter((lesson) => competencies.indexOf(lesson.id) >= 0)
    .map((lesson) => {
      const label = t(app, "lesson_read", { title: lesson.text });
      const key = "lesson-" + place + "-" + lesson.id;
      return h("p", { class: "kl-lesson-link" }, quiet(key, label, () => readLesson(app, lesson.id), sending));
    });
}

/**
 * All lessons, folded away until somebody wants them.
 * @param {ShownApp} app
 */
export function drawLessons(app) {
  const lessons = app.view.lessons;
  if (!lessons.length) return null;
  return h(
    "details",
    { class: "kl-rest" },
    h("summary", { "data-key": "lessons" }, t(app, "lessons", { count: lessons.length })),
    lessonButtons(app, lessons.map((lesson) => lesson.id), "all")
  );
}

/** @param {ShownApp} app */
export function drawLesson(app) {
  const lesson = given(app.lesson);
  const back = () => local(app, () => (app.lesson = null));
  return h(
    "article",
    { class: "kl-lesson", lang: lesson.language },
    heading("h3", lesson.title),
    h("p", { class: "kl-lead" }, lesson.about),
    lesson.note ? h("p", { class: "kl-notice" }, lesson.note) : null,
    lesson.sections.map((section) => drawSection(app, section)),
    lesson.law_due.map((why) => h("p", { class: "kl-notice" }, why)),
    h("p", { class: "kl-muted" }, lesson.law),
    lesson.draft ? h("p", { class: "kl-muted" }, t(app, "lesson_draft")) : null,
    actions(app, primary("back", t(app, "lesson_back"), back))
  );
}

/**
 * @param {ShownApp} app
 * @param {LessonSectionView} section
 */
function drawSection(app, section) {
  return h(
    "section",
    { class: "kl-lesson-section" },
    h("h4", { class: "kl-small-title" }, section.title),
    section.blocks.map((block) => (typeof block === "string" ? h("p", {}, block) : h("ul", {}, block.map((line) => h("li", {}, line))))),
    section.drawing ? drawing(section.drawing) : null,
    agreedMark(app, section.sources),
    sourceList(app, section.sources)
  );
}

/**
 * A diagram, which Python has drawn; an SVG alone is read here, and no HTML.
 * @param {string} svg
 */
function drawing(svg) {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return h("div", { class: "kl-drawing" }, document.importNode(parsed, true));
}
