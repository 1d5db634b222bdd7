// @ts-check
// The client of the page that plays: it hosts the one player over a websocket to whoever plays for it.
// Written for browsers of 2020 on plain HTTP: no secure-context interface, nothing from elsewhere. What is served ends
// in a call of `begin` with the sentences of the page's language (release/workshop/web/assets.py).

/** @typedef {import("../../../../widgets/messages").Message} Message */
/** @typedef {import("../../../../widgets/messages").Place} Place */
/** @typedef {import("../../../../widgets/messages").Reply} Reply */
/** @typedef {import("../../frames").PageFrame} PageFrame */
/** @typedef {import("../../frames").AnswerFrame} AnswerFrame */
/** @typedef {import("../../frames").PushFrame} PushFrame */
/** @typedef {import("../../frames").WorkshopState} WorkshopState */
/** @typedef {import("../../../../widgets/messages").PageLabels} PageLabels */
/** @typedef {(content: any) => void} Listener */

const BASE = document.documentElement.dataset.base || ""; // below which all pages stand, "" at the root of the host
const SOCKET = BASE + "/kasus/saluran"; // the addresses of release/workshop/web/websocket.py and app_page.py
const SEATED = BASE + "/kasus/duduk";
// How a browser keeps a cookie of this page: in the frame of another site, apart for that site (CHIPS).
const IS_ENCRYPTED = location.protocol === "https:";
const KEPT =
  IS_ENCRYPTED && window.top !== window
    ? "secure; samesite=none; partitioned"
    : "samesite=lax" + (IS_ENCRYPTED ? "; secure" : "");
const HEARTBEAT = 20000; // ms between two questions whether the kernel still answers
const SILENCE = 8000; // ms without any answer after which the line counts as lost
const GONE = 4404; // the close code of release/workshop/web/websocket.py
const MOST_SENDS = 3; // by then it is known which page brought its kernel down
const LONG = 4; // attempts after which the page says where else the workshop may be
const SPREAD = 400; // ms over which the pages of a room ask anew after something changed for all of them
const STOOD = "kasuslab_stood" + BASE; // in this tab alone
const DRAFTS = "kasuslab_drafts" + BASE; // on this device: of widgets/player/drafts.js
const WAITS = [300, 700, 1500, 3000, 5000, 8000]; // ms before each next attempt

/**
 * A part of the page, by its id; the page's template has it.
 * @param {string} id
 */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const frame = part("ws-main");
const banner = part("ws-banner");
const reload = part("ws-reload");
const moved = part("ws-moved");

/**
 * Show one sentence of the banner, none for "".
 * @param {string} name
 */
function say(name) {
  /** @type {NodeListOf<HTMLElement>} */
  const lines = banner.querySelectorAll("[data-says]");
  lines.forEach((line) => {
    line.hidden = line.dataset.says !== name;
  });
  banner.classList.toggle("ws-shown", name !== "");
}

/**
 * Show a sentence of the banner that ends in a button, which loads the page again.
 * @param {string} name
 */
function tell(name) {
  say(name);
  reload.hidden = false;
}

/**
 * The language of the page follows that of the player.
 * @param {string} language
 */
function speak(language) {
  /** @type {HTMLTemplateElement[]} */
  const titles = Array.from(document.querySelectorAll(".ws-title"));
  /** @type {NodeListOf<HTMLElement>} */
  const speech = document.querySelectorAll("[data-speech]");
  const title = titles.find((one) => one.lang === language);
  if (!title) return;
  document.documentElement.lang = language;
  document.title = title.content.textContent || "";
  for (const each of speech) each.hidden = each.lang !== language;
  document.cookie = "kasuslab_language=" + language + "; path=" + BASE + "/; max-age=2592000; " + KEPT;
}

/** What the player takes for its model: messages to and from its counterpart in the kernel. */
class Model {
  /**
   * @param {Line} line
   * @param {PageLabels} labels
   */
  constructor(line, labels) {
    this.line = line;
    this.labels = labels;
    /** @type {Map<string, Listener>} */
    this.listeners = new Map();
    this.comm_live = false;
  }
  /** @param {string} name */
  get(name) {
    /** @type {Record<string, unknown>} */
    const known = { labels: this.labels, seat: frame.dataset.seat, base: BASE };
    return known[name];
  }
  /** @param {Message} content */
  send(content) {
    if (content.type === "language") speak(content.language);
    if (content.type === "ready") content = Object.assign({ language: document.documentElement.lang }, content);
    this.line.send(content);
  }
  /**
   * @param {string} name
   * @param {Listener} listener
   */
  on(name, listener) {
    this.listeners.set(name, listener);
  }
  /**
   * @param {string} name
   * @param {Reply} [content]
   */
  tell(name, content) {
    const listener = this.listeners.get(name);
    if (listener) listener(content);
  }
}

/** The line to whoever plays for this page; it connects again by itself until the page is gone. */
class Line {
  /** @param {Place | null} at where the page stands before it was told */
  constructor(at) {
    this.at = at;
    this.seq = 0;
    /** @type {{ seq: number, message: Message, sends: number }[]} */
    this.unanswered = [];
    this.attempts = 0;
    this.heard = 0;
    this.timer = 0;
    this.live = false;
    this.wasLive = false;
    this.ended = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.onOpen = () => {};
    this.onLost = () => {};
    this.onEnded = () => {};
    this.onForeign = () => {};
    this.onCustom = (/** @type {Reply} */ content) => {};
    this.onRefresh = () => {};
    this.onState = (/** @type {WorkshopState} */ state) => {};
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    const socket = new WebSocket(scheme + location.host + SOCKET);
    this.socket = socket;
    this.live = false;
    this.timer = setTimeout(() => this.lose(socket), SILENCE * 2);
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => this.hear(socket, event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  /** @param {Message} message */
  send(message) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return;
    this.seq += 1;
    this.unanswered.push({ seq: this.seq, message: message, sends: 0 });
    this.transmit(this.unanswered[this.unanswered.length - 1]);
  }

  /** Another kernel plays for this page, or the line was broken: what may be lost is sent again. */
  resend() {
    this.unanswered = this.unanswered.filter((sent) => sent.sends < MOST_SENDS);
    this.unanswered.forEach((sent) => this.transmit(sent));
  }

  /** @param {{ seq: number, message: Message, sends: number }} sent */
  transmit(sent) {
    sent.sends += 1;
    /** @type {PageFrame} */
    const frame = { seq: sent.seq, at: this.at, message: sent.message };
    if (this.socket) this.socket.send(JSON.stringify(frame));
  }

  /**
   * @param {WebSocket} socket
   * @param {unknown} data
   */
  hear(socket, data) {
    if (socket !== this.socket || typeof data !== "string") return;
    this.heard = Date.now();
    /** @type {AnswerFrame | PushFrame} */
    const told = JSON.parse(data);
    if ("push" in told) {
      if (told.push === "resend") this.resend();
      else if (told.push === "refresh") this.onRefresh();
      else this.onState(told.push);
      return;
    }
    // What was sent twice is answered twice.
    if (!this.unanswered.some((sent) => sent.seq === told.seq)) return;
    this.unanswered = this.unanswered.filter((sent) => sent.seq > told.seq);
    this.at = told.at;
    keepPlace(told.at);
    told.replies.forEach((reply) => this.onCustom(reply));
  }

  /** @param {WebSocket} socket */
  opened(socket) {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(socket), HEARTBEAT);
    if (this.live) return;
    this.live = true;
    this.wasLive = true;
    this.attempts = 0;
    this.onState("goes_on"); // else the server says so
    moved.hidden = true;
    this.resend();
    this.onOpen();
  }

  /** @param {WebSocket} socket */
  beat(socket) {
    if (socket !== this.socket) return;
    const asked = Date.now();
    this.send({ type: "ping", at: asked });
    this.timer = setTimeout(() => {
      if (this.heard < asked) this.lose(socket);
      else this.opened(socket);
    }, SILENCE);
  }

  /** @param {WebSocket} socket */
  lose(socket) {
    if (socket !== this.socket) return;
    socket.close();
    this.closed(socket, 0);
  }

  /**
   * @param {WebSocket | null} socket
   * @param {number} code
   */
  closed(socket, code) {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    this.socket = null;
    this.live = false;
    if (code === GONE) this.end();
    else {
      this.onLost();
      this.timer = setTimeout(() => this.again(), WAITS[Math.min(this.attempts, WAITS.length - 1)]);
      this.attempts += 1;
      if (this.attempts > LONG) moved.hidden = false;
    }
  }

  /** A closed websocket does not tell why: ask whether this seat may play before connecting. */
  again() {
    clearTimeout(this.timer);
    fetch(SEATED, { cache: "no-store", credentials: "same-origin" }).then(
      (answer) => {
        if (this.ended || this.socket) return;
        if (answer.status === 204) this.connect();
        // The last place was taken since this page was sent: the waiting page stands there now.
        else if (answer.status === 404 && !this.wasLive) location.reload();
        else if (answer.status === 403 || answer.status === 404) this.end();
        else if (answer.status === 421) this.refuse();
        else this.closed(null, 0);
      },
      () => this.closed(null, 0)
    );
  }

  /** The page is seen again, or the network is back: find out now whether the line still holds. */
  hurry() {
    if (this.ended) return;
    if (!this.socket) this.again();
    else if (this.live) {
      clearTimeout(this.timer);
      this.beat(this.socket);
    }
  }

  end() {
    this.ended = true;
    this.onEnded();
    this.onLost();
  }

  /** This page stands at an address from which the server takes no line: waiting does not help. */
  refuse() {
    this.ended = true;
    this.onForeign();
    this.onLost();
  }
}

/** Where the page of this seat stood in this tab before it was loaded again; null where nothing is known. */
function stoodAt() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STOOD) || "null");
    return kept && kept.seat === frame.dataset.seat ? /** @type {Place} */ (kept.at) : null;
  } catch (error) {
    return null; // a browser that is told to keep nothing
  }
}

/** @param {Place} at */
function keepPlace(at) {
  try {
    sessionStorage.setItem(STOOD, JSON.stringify({ seat: frame.dataset.seat, at: at }));
  } catch (error) {
    return; // the same: loaded again, the page begins with the case that was played last
  }
}

/** @param {PageLabels} labels */
async function play(labels) {
  const place = document.getElementById("ws-player");
  if (!place) throw new Error("no player was rendered");
  // The case that this seat played last, or is to begin with, or "".
  const latest = frame.dataset.case || "";
  const language = document.documentElement.lang;
  const first = latest ? { language: language, case: latest, again: false } : null;
  const stood = stoodAt();
  // Whoever was led to one case is not shown another that stood here before.
  const line = new Line(stood && (!frame.dataset.led || stood.case === latest) ? stood : first);
  const model = new Model(line, labels);
  const foot = part("ws-foot");
  /** @type {any} */
  let player = null;
  let shown = false;
  const show = () => {
    if (shown || !player || !line.live) return;
    shown = true;
    part("ws-wait").remove();
    // The player says in its own footer, on every screen, that this is practice and no place to report.
    foot.hidden = !place.hidden;
    player.render({ model: model, el: place });
  };

  line.onCustom = (content) => model.tell("msg:custom", content);
  // The player itself says that the connection is lost, and that it is back.
  line.onLost = () => {
    model.comm_live = false;
    model.tell("closed");
  };
  // In a pause the player is out of sight, with all that stands in it; it comes back by itself.
  line.onState = (state) => {
    place.hidden = state === "paused";
    foot.hidden = shown && !place.hidden;
    say(state === "goes_on" ? "" : state);
  };
  // That the line is lost is said no more, once there is none to wait for: the page says what to do.
  line.onEnded = () => {
    place.hidden = false;
    foot.hidden = shown;
    place.classList.add("ws-gone");
    tell("gone");
  };
  line.onForeign = () => {
    part("ws-wait").hidden = true;
    tell("foreign");
  };
  line.onOpen = () => {
    model.comm_live = true;
    if (shown) model.tell("reopened");
    else show();
  };
  line.onRefresh = () => setTimeout(() => model.tell("refresh"), Math.random() * SPREAD);
  window.addEventListener("online", () => line.hurry());
  document.addEventListener("visibilitychange", () => document.hidden || line.hurry());
  window.addEventListener("pageshow", (event) => event.persisted && line.hurry());
  // On a slow line the player is still on its way while the line is opened.
  line.connect();
  player = (await import(String(frame.dataset.module))).default;
  show();
}

/** The lobby of whoever has no seat, or has none any more: what was filled in on this device goes with the seat. */
function forgetDrafts() {
  try {
    localStorage.removeItem(DRAFTS);
  } catch (error) {
    return; // a browser that is told to keep nothing has kept none
  }
}

/** @param {PageLabels} labels */
export function begin(labels) {
  if (!frame) {
    forgetDrafts();
    return;
  }
  reload.addEventListener("click", () => location.reload());
  play(labels).catch((error) => {
    console.error(error);
    part("ws-wait").hidden = true;
    tell("failed");
  });
}
