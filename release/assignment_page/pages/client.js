// @ts-check
// The client of the page of an assignment: it has the server run the notebook's player, and hosts that over the
// websocket of its kernel. Written for browsers of 2020: nothing from elsewhere. What is served ends in a call of `begin`
// with the sentences of the page's language (release/workshop/web/assets.py).

/** @typedef {import("../../../widgets/messages").Message} Message */
/** @typedef {import("../../../widgets/messages").Reply} Reply */
/** @typedef {{ kernel: string, model: string }} RunningPlayer */
/** @typedef {import("../../../widgets/messages").PageLabels} PageLabels */
/** @typedef {(content: any) => void} Listener */

const WAITS = [300, 700, 1500, 3000, 5000, 8000]; // ms before each next attempt

/**
 * A part of the page, by its id; the page's template has it.
 * @param {string} id
 */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

const main = part("as-main");
const place = part("as-player");
const standing = part("as-standing");
const section = part("as-hand-in");
const session = Math.random().toString(16).slice(2) + Date.now().toString(16);

/**
 * Ask the server for something of this assignment.
 * @param {string} what
 * @param {"GET" | "POST"} method
 */
async function ask(what, method) {
  const headers = { "X-XSRFToken": main.dataset.token || "" };
  const answer = await fetch(main.dataset.here + what, { method, headers, credentials: "same-origin" });
  if (answer.redirected || answer.status === 401 || answer.status === 403) throw new Error("shut");
  if (!answer.ok) throw new Error("failed");
  return answer;
}

/**
 * Show one sentence of the banner.
 * @param {string} name
 */
function say(name) {
  /** @type {NodeListOf<HTMLElement>} */
  const lines = document.querySelectorAll("#as-banner [data-says]");
  lines.forEach((line) => {
    line.hidden = line.dataset.says !== name;
  });
  part("as-banner").classList.add("ws-shown");
  part("as-reload").hidden = name !== "failed";
}

/**
 * The language of the page follows that of the player.
 * @param {string} language
 */
function speak(language) {
  /** @type {HTMLTemplateElement[]} */
  const titles = Array.from(document.querySelectorAll(".as-title"));
  const title = titles.find((one) => one.lang === language);
  if (!title) return;
  document.documentElement.lang = language;
  document.title = title.content.textContent || "";
  /** @type {NodeListOf<HTMLElement>} */
  const speech = document.querySelectorAll("[data-speech]");
  for (const each of speech) each.hidden = each.lang !== language;
  document.cookie = "kasuslab_language=" + language + "; path=/; max-age=2592000; samesite=lax";
}

/** How the assignment stands, told anew. */
async function tellStanding() {
  const answer = await ask("/keadaan", "GET");
  standing.innerHTML = await answer.text();
  speak(document.documentElement.lang);
}

/** What the player takes for its model: messages to and from its counterpart in the kernel. */
class Model {
  /** @param {PageLabels} labels */
  constructor(labels) {
    this.labels = labels;
    /** @type {Map<string, Listener>} */
    this.listeners = new Map();
    /** @type {RunningPlayer | null} */
    this.player = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.comm_live = false;
    this.seen = -1;
    this.ended = false;
  }
  /** @param {string} name */
  get(name) {
    if (name === "labels") return this.labels;
    return name === "hand_in" && main.dataset.way === "exchange" ? openHandIn : undefined;
  }
  /** @param {Message} content */
  send(content) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN || !this.player) throw new Error("not connected");
    if (content.type === "language") speak(content.language);
    if (content.type === "ready") content = Object.assign({ language: document.documentElement.lang }, content);
    this.transmit("comm_msg", { comm_id: this.player.model, data: { method: "custom", content: content } });
  }
  /**
   * @param {string} type
   * @param {object} content
   */
  transmit(type, content) {
    const header = {
      msg_id: session + "-" + Math.random().toString(16).slice(2),
      msg_type: type,
      session: session,
      username: "",
      date: new Date().toISOString(),
      version: "5.3",
    };
    const message = { channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] };
    if (this.socket) this.socket.send(JSON.stringify(message));
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
  /** @param {string} data a message of the kernel's */
  hear(data) {
    const message = JSON.parse(data);
    const content = message.content;
    if (message.msg_type === "status" && /restarting|dead/.test(content.execution_state) && this.socket) {
      this.socket.close(); // the player went with the kernel
    }
    if (message.msg_type !== "comm_msg" || !this.player || content.comm_id !== this.player.model) return;
    if (content.data.method !== "custom") return;
    this.watch(content.data.content);
    this.tell("msg:custom", content.data.content);
  }
  /** @param {Reply} reply what may change how the assignment stands */
  watch(reply) {
    if (reply.type === "handed") tellStanding().catch(() => {});
    if (reply.type !== "view") return;
    if (reply.view.language !== document.documentElement.lang) speak(reply.view.language);
    this.ended = reply.view.screen === "ended";
    const isNews = this.seen >= 0 && reply.view.n > this.seen;
    this.seen = reply.view.n;
    if (isNews && standing.querySelector('[data-whole="true"]')) tellStanding().catch(() => {});
  }
}

/**
 * Have the server run the player, and connect to it; again whenever that is lost.
 * @param {Model} model
 * @param {() => void} opened
 * @param {number} attempts how many have failed since it was connected last
 */
async function connect(model, opened, attempts) {
  const again = (/** @type {number} */ failed) => {
    setTimeout(() => connect(model, opened, failed), WAITS[Math.min(failed, WAITS.length) - 1] || 0);
  };
  try {
    const answer = await ask("/mulai", "POST");
    model.player = /** @type {RunningPlayer} */ (await answer.json());
  } catch (error) {
    // A server that cannot be reached is waited for; one that says no is not.
    if (error instanceof TypeError) again(attempts + 1);
    else stop(error instanceof Error && error.message === "shut" ? "shut" : "failed");
    return;
  }
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const address = main.dataset.kernels + "/" + model.player.kernel + "/channels?session_id=" + session;
  const socket = new WebSocket(scheme + location.host + address);
  let failed = attempts + 1;
  model.socket = socket;
  socket.onopen = () => {
    failed = 1;
    model.comm_live = true;
    opened();
  };
  socket.onmessage = (event) => model.hear(event.data);
  socket.onclose = () => {
    model.comm_live = false;
    model.tell("closed");
    again(failed);
  };
}

/**
 * Say why the page does not go on by itself.
 * @param {"shut" | "failed"} reason
 */
function stop(reason) {
  const wait = document.getElementById("as-wait");
  if (wait) wait.hidden = true;
  say(reason);
}

// Handing in through the exchange

/**
 * One step of the section: what belongs to it is seen, and the player is when there is none.
 * @param {"" | "ask" | "sending" | "done" | "failed"} step
 */
function showStep(step) {
  section.hidden = step === "";
  place.hidden = step !== "";
  /** @type {NodeListOf<HTMLElement>} */
  const parts = section.querySelectorAll("[data-step]");
  for (const each of parts) each.hidden = !(each.dataset.step || "").split(" ").includes(step);
}

let openFile = () => {};

/** @param {() => void} file opens the player's own way, by a file */
function openHandIn(file) {
  openFile = file;
  showStep("ask");
  if (running && running.ended) part("as-early").hidden = true;
  part("as-hand-in-title").focus();
  section.scrollIntoView({ block: "nearest" });
}

async function submit() {
  showStep("sending");
  const isDone = await ask("/serahkan", "POST").then(
    () => true,
    () => false
  );
  showStep(isDone ? "done" : "failed");
  part(isDone ? "as-back" : "as-submit").focus();
  if (isDone) await tellStanding();
}

/** @type {Model | null} */
let running = null;

/** @param {PageLabels} labels */
async function play(labels) {
  const module = await import(String(main.dataset.module));
  const model = new Model(labels);
  running = model;
  let isShown = false;
  await connect(model, () => {
    if (isShown) {
      model.tell("reopened");
      return;
    }
    isShown = true;
    part("as-wait").remove();
    // The player says in its own footer, on every screen, that this is practice and no place to report.
    part("as-practice").remove();
    module.default.render({ model: model, el: place });
  }, 0);
}

/** @param {PageLabels} labels */
export function begin(labels) {
  part("as-reload").addEventListener("click", () => location.reload());
  part("as-submit").addEventListener("click", () => void submit());
  part("as-file").addEventListener("click", () => {
    showStep("");
    openFile();
  });
  part("as-back").addEventListener("click", () => {
    showStep("");
    const heading = place.querySelector("[data-heading]");
    if (heading instanceof HTMLElement) heading.focus();
  });
  play(labels).catch((error) => {
    console.error(error);
    stop("failed");
  });
}
