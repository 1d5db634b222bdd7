// @ts-check
// Services of the directory, for each how soon it is called and which facts of the case are handed over.

import { newId, t } from "../app.js";
import { empty, h } from "../dom.js";
import { field, limitText, limitedCheckbox, lockFull, option, register } from "../forms.js";
import { local } from "../paint.js";
import { heading, listOf, quiet, textOf } from "../parts.js";

/** @typedef {import("../app.js").ShownApp} ShownApp */
/** @typedef {import("../../messages").DecisionForm} DecisionForm */
/** @typedef {import("../../messages").ServiceChoice} ServiceChoice */
/** @typedef {{ urgency: string, packet: string[] }} HandoverDraft */

/**
 * services: by the ids of those that are ticked; unticked: what was filled in for others before.
 * @typedef {{ services: Record<string, HandoverDraft>, unticked: Record<string, HandoverDraft> }} ReferralDraft
 */

/**
 * On a narrow page the services come first, then each of those that are ticked on a page of its own.
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {ReferralDraft} draft
 */
function drawReferral(app, form, draft) {
  const service = app.narrow && app.page > 0 ? tickedServices(form, draft)[app.page - 1] : null;
  return service ? drawServicePage(app, form, draft, service) : drawServices(app, form, draft);
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {ReferralDraft} draft
 * @param {ServiceChoice} service
 */
function drawServicePage(app, form, draft, service) {
  const total = tickedServices(form, draft).length;
  return h(
    "div",
    { class: "kl-fieldset" },
    heading("h4", service.name),
    h("p", { class: "kl-hint" }, t(app, "service_number", { number: app.page, total })),
    drawWhen(app, service),
    drawHandover(app, form, service, draft.services[service.id])
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {ReferralDraft} draft
 */
function drawServices(app, form, draft) {
  const name = app.prefix + "-" + form.id;
  const limit = { most: form.most, count: () => Object.keys(draft.services).length };
  const hint = limit.most === null ? null : h("p", { class: "kl-hint" }, limitText(app, limit));
  const update = () => {
    lockFull(place, limit);
    if (hint) hint.textContent = limitText(app, limit);
  };
  const services = form.services.map((service) => {
    const inner = h("div", { class: "kl-handover" });
    const fillInner = () => {
      empty(inner);
      const handover = draft.services[service.id];
      if (handover && !app.narrow) inner.append(...drawHandover(app, form, service, handover));
    };
    const change = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
      tick(draft, service.id, event.target.checked);
      fillInner();
      update();
    };
    fillInner();
    const props = { name, value: service.id, checked: service.id in draft.services, on: { change } };
    const box = limitedCheckbox(app, props, service.name, limit);
    return h("div", { class: "kl-service" }, box, drawWhen(app, service), inner);
  });
  const first = t(app, app.narrow ? "hint_referral_pages" : "hint_referral");
  const place = field(app, form, first, [h("p", { class: "kl-hint" }, t(app, "who_is_who")), hint], services);
  lockFull(place, limit);
  return place;
}

/**
 * Tick a service or untick it; what was filled in for it comes back with it.
 * @param {ReferralDraft} draft
 * @param {string} id
 * @param {boolean} on
 */
function tick(draft, id, on) {
  if (on) draft.services[id] = draft.unticked[id] || { urgency: "", packet: [] };
  else {
    draft.unticked[id] = draft.services[id];
    delete draft.services[id];
  }
}

/**
 * @param {ShownApp} app
 * @param {ServiceChoice} service
 */
function drawWhen(app, service) {
  if (!service.when) return null;
  const name = h("span", { class: "kl-hidden" }, " " + service.name);
  return h(
    "details",
    { class: "kl-when" },
    h("summary", { "data-key": "when-" + service.id }, t(app, "service_when"), name),
    h("p", {}, service.when)
  );
}

/**
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {ServiceChoice} service
 * @param {HandoverDraft} handover
 */
function drawHandover(app, form, service, handover) {
  const urgencyName = nameOfUrgency(app, service);
  const packetName = app.prefix + "-packet-" + service.id;
  const pack = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    const id = event.target.value;
    handover.packet = handover.packet.filter((fact) => fact !== id);
    if (event.target.checked) handover.packet.push(id);
  };
  const urge = (/** @type {Event & { target: HTMLInputElement }} */ event) => {
    handover.urgency = event.target.value;
  };
  const radio = (/** @type {{ id: string, text: string }} */ { id, text }) => {
    const props = { name: urgencyName, value: id, checked: handover.urgency === id, on: { change: urge } };
    return option(app, "radio", props, text);
  };
  const box = (/** @type {{ id: string, text: string }} */ { id, text }) => {
    const props = { name: packetName, value: id, checked: handover.packet.indexOf(id) >= 0, on: { change: pack } };
    return option(app, "checkbox", props, text);
  };
  const hint = newId(app);
  return [
    h(
      "fieldset",
      { class: "kl-fieldset kl-inner" },
      h("legend", {}, t(app, "service_urgency", { service: service.name })),
      form.urgency.map(radio)
    ),
    h(
      "fieldset",
      { class: "kl-fieldset kl-inner", "aria-describedby": hint },
      h("legend", {}, t(app, "service_packet", { service: service.name })),
      h("p", { class: "kl-hint", id: hint }, t(app, "service_packet_hint")),
      form.facts.map(box)
    ),
  ];
}

/**
 * @param {ShownApp} app
 * @param {ServiceChoice} service
 */
function nameOfUrgency(app, service) {
  return app.prefix + "-urgency-" + service.id;
}

/**
 * @param {DecisionForm} form
 * @param {ReferralDraft} draft
 */
function tickedServices(form, draft) {
  return form.services.filter((service) => service.id in draft.services);
}

/**
 * The services on the page for which it is open how soon they are called.
 * @param {ShownApp} app
 * @param {DecisionForm} form
 * @param {ReferralDraft} draft
 */
function openServices(app, form, draft) {
  const ticked = tickedServices(form, draft);
  const here = app.narrow ? (app.page ? [ticked[app.page - 1]] : []) : ticked;
  return here.filter((service) => !draft.services[service.id].urgency);
}

/**
 * On a narrow page the summary leads back to each service.
 * @param {ShownApp} app
 * @param {ServiceChoice} service
 * @param {number} page
 */
function drawChange(app, service, page) {
  if (!app.narrow) return null;
  const change = () => local(app, () => Object.assign(app, { step: "form", page }));
  return h("p", {}, quiet("change-" + service.id, t(app, "change_service", { service: service.name }), change));
}

/** @type {import("../forms.js").Kind<ReferralDraft>} */
const REFERRAL = {
  empty: () => ({ services: {}, unticked: {} }),
  draw: drawReferral,
  pages: (app, form, draft) => (app.narrow ? 1 + Math.max(1, tickedServices(form, draft).length) : 1),
  problem: (app, form, draft) => {
    if (!tickedServices(form, draft).length) return t(app, "missing_service");
    const services = openServices(app, form, draft).map((service) => service.name);
    return services.length ? t(app, "missing_urgency", { services: services.join(", ") }) : "";
  },
  lacks: (app, form, draft) => {
    const [first] = openServices(app, form, draft);
    return first ? nameOfUrgency(app, first) + "=" + form.urgency[0].id : "";
  },
  pick: (form, draft) =>
    tickedServices(form, draft).map((service) => {
      const { urgency, packet } = draft.services[service.id];
      const facts = form.facts.map((fact) => fact.id).filter((id) => packet.indexOf(id) >= 0);
      return { service: service.id, urgency, packet: facts };
    }),
  words: (app, form, draft) => {
    const line = (/** @type {ServiceChoice} */ service, /** @type {number} */ place) => {
      const { urgency, packet } = draft.services[service.id];
      const facts = form.facts.filter((fact) => packet.indexOf(fact.id) >= 0).map((fact) => fact.text);
      return h(
        "li",
        {},
        h("strong", {}, service.name),
        h("p", {}, t(app, "confirm_urgency", { urgency: textOf(form.urgency, urgency) })),
        facts.length
          ? [h("p", {}, t(app, "confirm_packet")), listOf(facts)]
          : h("p", {}, t(app, "confirm_packet_none")),
        drawChange(app, service, place + 1)
      );
    };
    return h("ul", { class: "kl-picked" }, tickedServices(form, draft).map(line));
  },
  ordered: false,
  room: "room_several",
};

register("referral", REFERRAL);
