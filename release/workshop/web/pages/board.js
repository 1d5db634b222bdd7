// The board of the facilitator, and the page of the projector: both draw what the server sends, every two seconds.
// All of it goes in as text, never as HTML.

const EVERY = 2000; // ms between two looks
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const labels = JSON.parse(document.getElementById("bd-labels").textContent);

function t(name, values) {
  return labels[name].replace(/\{(\w+)\}/g, (_, word) => String((values || {})[word]));
}

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  for (const child of children.flat(3)) if (child !== null && child !== undefined) node.append(child);
  return node;
}

function percentOf(count, n) {
  return n ? Math.round((100 * count) / n) : 0;
}

function about(decision) {
  if (decision.kind === "rank") return t("first");
  return decision.kind === "multi" || decision.kind === "referral" ? t("several") : "";
}

/** A bar of so many percent; its number stands beside it as text. */
function bar(percent) {
  const full = h("span", { class: "bd-full" });
  full.style.width = percent + "%";
  return h("span", { class: "bd-track", "aria-hidden": "true" }, full);
}

/** The word of the key about an option; nothing where it was not sent. */
function standing(option) {
  if (option.place) return h("span", { class: "bd-tag bd-tag-place" }, t("place", option));
  if (!option.standing || option.standing === "neutral") return null;
  return h("span", { class: "bd-tag bd-tag-" + option.standing }, t("standing_" + option.standing));
}

/** The chart of a decision: a table, each row with its bar. */
function chart(decision, counts, n, caption, lettersOnly, told) {
  const row = (option, at) => {
    const count = counts[option.id] || 0;
    const percent = percentOf(count, n);
    const name = lettersOnly
      ? [h("span", { "aria-hidden": "true" }, LETTERS[at]), h("span", { class: "bd-hidden" }, LETTERS[at] + ". " + option.text)]
      : [h("b", { class: "bd-letter" }, LETTERS[at] + ". "), option.text, told ? [" ", standing(option)] : null];
    return h(
      "tr",
      { class: told && option.standing ? "bd-" + option.standing : null },
      h("th", { scope: "row" }, h("span", { class: "bd-line" }, h("span", { class: "bd-text" }, name), bar(percent))),
      h("td", {}, t("count", { count, percent }))
    );
  };
  const head = h("tr", {}, h("th", { scope: "col" }, t("option")), h("th", { scope: "col" }, t("people")));
  return h(
    "table",
    { class: "bd-chart" },
    h("caption", {}, caption),
    h("thead", { class: "bd-hidden" }, head),
    h("tbody", {}, decision.options.map(row))
  );
}

function countsOf(decision) {
  return Object.fromEntries(decision.options.map((option) => [option.id, option.count]));
}

function isCounted(decision) {
  return decision.options.length > 0 && decision.options[0].count !== null;
}

/** The sectors side by side; the letters stand for the options of the chart above. */
function sectorCharts(decision) {
  const table = decision.sectors;
  const group = (each) => chart(decision, each.counts, each.n, t("group", each), true, false);
  return [
    table.groups.length ? h("div", { class: "bd-groups" }, table.groups.map(group)) : h("p", {}, t("sectors_none")),
    table.hidden ? h("p", { class: "bd-quiet" }, t("sectors_hidden", table)) : null,
  ];
}

function harmList(harm) {
  if (!harm.length) return h("p", {}, t("harm_none"));
  return h("ul", {}, harm.map((made) => h("li", {}, t("harm_line", made))));
}

async function look(url) {
  const answer = await fetch(url, { cache: "no-store", credentials: "same-origin" });
  if (answer.status === 403) location.assign("/board");
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Look again and again, as long as the page is seen; `show` gets the data, `lose` is told of a failure. */
function keepLooking(urlOf, show, lose) {
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
      if (mine === turn) lose(error);
    }
    if (mine === turn) waiting = setTimeout(again, EVERY);
  };
  document.addEventListener("visibilitychange", () => document.hidden || again());
  again();
  return again;
}

// The projector: what was sent to it, and nothing else

const SMALLEST = 0.5; // of the full size, below which the page is scrolled rather than made smaller
const STEP = 0.96;

/** Make the letters smaller until all is on the screen: nobody scrolls a projector. */
function fitScreen(main) {
  const root = document.documentElement;
  root.style.fontSize = "";
  const full = parseFloat(getComputedStyle(root).fontSize);
  for (let size = full; size > full * SMALLEST; size *= STEP) {
    root.style.fontSize = size + "px";
    if (document.body.scrollHeight <= window.innerHeight) return;
  }
}

/** The sectors in one table: a column for each. */
function sectorTable(decision, told) {
  const table = decision.sectors;
  const cell = (option) => (group) => {
    const percent = percentOf(group.counts[option.id] || 0, group.n);
    return h("td", {}, h("span", { class: "bd-text" }, percent + "%"), bar(percent));
  };
  const row = (option, at) =>
    h(
      "tr",
      { class: told && option.standing ? "bd-" + option.standing : null },
      h(
        "th",
        { scope: "row" },
        h("span", { class: "bd-text" }, h("b", {}, LETTERS[at] + ". "), option.text, told ? [" ", standing(option)] : null)
      ),
      table.groups.map(cell(option))
    );
  const head = (group) => h("th", { scope: "col" }, t("group", group));
  return [
    h(
      "table",
      { class: "pj-sectors" },
      h("caption", {}, t("sectors_title", table) + ". " + about(decision)),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("option")), table.groups.map(head))),
      h("tbody", {}, decision.options.map(row))
    ),
    table.hidden ? h("p", { class: "bd-quiet" }, t("sectors_hidden", table)) : null,
  ];
}

function showOnProjector(main, data) {
  const text = JSON.stringify(data);
  if (main.dataset.shown === text) return;
  main.dataset.shown = text;
  main.textContent = "";
  const decision = data.shown;
  if (!decision) return;
  const counted = isCounted(decision);
  const told = decision.state === "revealed" && decision.options.some((option) => option.standing);
  const sectors = decision.sectors && decision.sectors.groups.length ? sectorTable(decision, told) : null;
  const whole = counted ? chart(decision, countsOf(decision), decision.n, about(decision), false, told) : legend(decision);
  const parts = [
    h("p", { class: "pj-case" }, decision.case + " · " + t("people_answered", decision)),
    h("h1", {}, decision.ask),
    sectors || whole,
    counted ? null : h("p", { class: "pj-wait" }, t("wait")),
    decision.harm && decision.harm.length
      ? h("section", { class: "pj-harm" }, h("h2", {}, t("harm")), harmList(decision.harm))
      : null,
  ];
  main.append(...parts.flat().filter(Boolean));
  fitScreen(main);
}

function legend(decision) {
  const line = (option, at) => h("li", {}, h("b", {}, LETTERS[at] + ". "), option.text);
  return h("ul", { class: "pj-legend" }, decision.options.map(line));
}

// The board

const state = {
  case: new URLSearchParams(location.search).get("kasus") || "",
  sectors: "",
  drawn: "",
  opened: {},
  data: null,
  again: () => {},
};

const statusLine = document.getElementById("bd-status");

function say(text) {
  if (statusLine && statusLine.textContent !== text) statusLine.textContent = text;
}

async function post(path, form, done) {
  try {
    const body = new URLSearchParams(form);
    const answer = await fetch(path, { method: "POST", body, credentials: "same-origin" });
    say(answer.ok ? done : t("failed"));
  } catch (error) {
    say(t("failed"));
  }
  state.again();
}

function button(key, label, onClick, second) {
  return h(
    "button",
    { type: "button", class: "ws-button" + (second ? " ws-second" : ""), "data-key": key, on: { click: onClick } },
    label
  );
}

function openCase(id) {
  state.case = id;
  state.sectors = "";
  history.replaceState(null, "", "/board?kasus=" + encodeURIComponent(id));
  state.again();
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value === null ? t("hidden") : String(value)));
}

function drawFacts(data) {
  return h(
    "dl",
    { class: "bd-facts" },
    fact(t("seats"), data.seats),
    fact(t("pauses"), data.pauses),
    fact(t("skips"), data.skips),
    fact(t("mode"), t("mode_" + data.mode))
  );
}

function drawProjected(data) {
  const shown = data.projector;
  const clear = () => post("/board/show", {}, t("done_cleared"));
  return h(
    "section",
    { class: "bd-projected", "aria-labelledby": "bd-projected" },
    h("h2", { id: "bd-projected" }, shown ? t("projected") : t("nothing")),
    shown ? h("p", {}, shown.ask) : null,
    shown ? button("clear", t("clear"), clear, true) : null
  );
}

function drawCases(data) {
  const entry = (each) => {
    const open = each.id === state.case;
    const props = { type: "button", class: "bd-case", "data-key": "case-" + each.id, on: { click: () => openCase(each.id) } };
    return h(
      "li",
      {},
      h(
        "button",
        open ? Object.assign(props, { "aria-current": "true" }) : props,
        h("b", {}, each.title),
        h("span", {}, each.begun ? t("case_begun", each) : t("case_none"))
      )
    );
  };
  return h("nav", { class: "bd-cases", "aria-label": t("cases") }, h("h2", {}, t("cases")), h("ul", {}, data.cases.map(entry)));
}

function drawScenes(data) {
  const all = data.case.scenes.reduce((sum, scene) => sum + scene.count, 0);
  const row = (scene) =>
    h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("span", { class: "bd-line" }, h("span", { class: "bd-text" }, scene.title), bar(percentOf(scene.count, all)))
      ),
      h("td", {}, String(scene.count))
    );
  return h(
    "section",
    { class: "bd-card", "aria-labelledby": "bd-scenes" },
    h("h3", { id: "bd-scenes" }, t("scenes")),
    h(
      "table",
      { class: "bd-chart bd-scenes" },
      h("caption", { class: "bd-hidden" }, t("scenes")),
      h("thead", { class: "bd-hidden" }, h("tr", {}, h("th", { scope: "col" }, t("scene")), h("th", { scope: "col" }, t("people")))),
      h("tbody", {}, data.case.scenes.map(row))
    )
  );
}

function drawKey(decision) {
  const props = {
    class: "bd-key",
    open: Boolean(state.opened[decision.id]),
    on: { toggle: (event) => (state.opened[decision.id] = event.target.open) },
  };
  const line = (option, at) => h("li", {}, h("b", {}, LETTERS[at] + ". "), option.text, " ", standing(option) || t("standing_neutral"));
  return h(
    "details",
    props,
    h("summary", { "data-key": "key-" + decision.id }, t("key")),
    h("ul", {}, decision.options.map(line)),
    decision.harm ? [h("h4", {}, t("harm")), harmList(decision.harm)] : null
  );
}

function drawRoom(data, decision) {
  if (data.mode !== "discussion") return [];
  const bring = (wanted) => () =>
    post("/board/room", { case: data.case.id, decision: decision.id, state: wanted }, t("done_" + wanted));
  if (decision.state === "open")
    return [button("lock-" + decision.id, t("lock"), bring("locked"), true), h("p", { class: "bd-quiet" }, t("lock_hint"))];
  if (decision.state === "locked")
    return [
      button("open-" + decision.id, t("reopen"), bring("open"), true),
      button("reveal-" + decision.id, t("reveal"), bring("revealed"), false),
      h("p", { class: "bd-quiet" }, t("reveal_hint")),
    ];
  return [];
}

function drawDecision(data, decision) {
  const id = "bd-decision-" + decision.id;
  const sends = (sectors) => () =>
    post("/board/show", { case: data.case.id, decision: decision.id, sectors: sectors ? "1" : "" }, t("done_shown"));
  const compare = () => {
    state.sectors = state.sectors === decision.id ? "" : decision.id;
    state.again();
  };
  const counted = isCounted(decision);
  const isText = decision.kind === "text";
  return h(
    "section",
    { class: "bd-card", "aria-labelledby": id },
    h("h3", { id }, decision.ask),
    h(
      "p",
      { class: "bd-quiet" },
      data.mode === "discussion" ? h("b", { class: "bd-state bd-state-" + decision.state }, t("state_" + decision.state)) : null,
      " ",
      t("said", decision) + ". " + t("in_scene", decision)
    ),
    isText ? h("p", {}, t("text")) : null,
    counted ? chart(decision, countsOf(decision), decision.n, about(decision), false, false) : null,
    counted || isText ? null : [legend(decision), h("p", { class: "bd-quiet" }, t("few"))],
    decision.sectors
      ? h(
          "section",
          { class: "bd-sectors", "aria-label": t("sectors_title", decision.sectors) },
          h("h4", {}, t("sectors_title", decision.sectors)),
          h("p", { class: "bd-quiet" }, t("sectors_hint")),
          sectorCharts(decision)
        )
      : null,
    isText ? null : drawKey(decision),
    h(
      "div",
      { class: "bd-actions" },
      isText ? null : button("show-" + decision.id, t("project"), sends(false), true),
      counted
        ? button("sectors-" + decision.id, t(decision.sectors ? "sectors_hide" : "sectors_show"), compare, true)
        : null,
      decision.sectors ? button("show-sectors-" + decision.id, t("project_sectors"), sends(true), true) : null,
      drawRoom(data, decision)
    )
  );
}

function drawCase(data) {
  if (!data.case) return h("p", {}, t("choose"));
  return h(
    "div",
    { class: "bd-open" },
    h("h2", {}, data.case.title),
    drawScenes(data),
    data.case.decisions.map((decision) => drawDecision(data, decision))
  );
}

/** Draw the board anew where something changed; the focus stays where it was. */
function showBoard(place, data) {
  if (!state.case && data.cases.length) {
    const playing = (each) => each.begun - each.finished;
    state.case = data.cases.reduce((one, other) => (playing(other) > playing(one) ? other : one)).id;
    state.again();
    return;
  }
  if (statusLine.textContent === t("lost")) say("");
  const text = JSON.stringify([data, state.case, state.sectors]);
  if (text === state.drawn) return;
  state.drawn = text;
  const active = document.activeElement;
  const key = active && place.contains(active) ? active.getAttribute("data-key") : null;
  place.textContent = "";
  place.append(
    drawFacts(data),
    drawProjected(data),
    h("div", { class: "bd-columns" }, drawCases(data), drawCase(data))
  );
  if (!key) return;
  const keys = Array.from(place.querySelectorAll("[data-key]"));
  const same = keys.find((node) => node.getAttribute("data-key") === key);
  // A button that is gone leaves the focus at the next one of its decision.
  const decision = key.replace(/^[a-z]+-/, "");
  const next = same || keys.find((node) => node.getAttribute("data-key") === "show-" + decision);
  if (next) next.focus({ preventScroll: true });
}

const projector = document.getElementById("pj");
const board = document.getElementById("bd-board");
if (projector) {
  // What cannot be looked up any more is not left standing for the room to see.
  window.addEventListener("resize", () => fitScreen(projector));
  keepLooking(() => "/board/projector.json", (data) => showOnProjector(projector, data), () => showOnProjector(projector, { shown: null }));
} else {
  const url = () =>
    "/board/data.json?kasus=" + encodeURIComponent(state.case) + "&sektor=" + encodeURIComponent(state.sectors);
  state.again = keepLooking(url, (data) => showBoard(board, data), () => say(t("lost")));
}
