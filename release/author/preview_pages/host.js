// The page of the preview: it hosts the one player over a websocket, and lists what is wrong with the case.

import player from "./player.js";

const WAITS = [300, 700, 1500, 3000]; // ms before each next attempt to connect

const place = document.getElementById("pv-player");
const found = document.getElementById("pv-found");
const listeners = new Map();
let socket = null;
let attempts = 0;
let shown = false;
let told = "";

/** What the player takes for its model: messages to and from the conversation in the server. */
const model = {
  send(content) {
    if (!socket || socket.readyState !== WebSocket.OPEN) throw new Error("the preview is not connected");
    socket.send(JSON.stringify(content));
  },
  on(name, listener) {
    listeners.set(name, (listeners.get(name) || []).concat([listener]));
  },
};

function tell(name, value) {
  (listeners.get(name) || []).forEach((listener) => listener(value));
}

/** The language of the page follows that of the player. */
function speak(language) {
  const title = Array.from(document.querySelectorAll(".pv-title")).find((one) => one.lang === language);
  if (!title) return;
  document.documentElement.lang = language;
  document.title = title.content.textContent;
  document.querySelectorAll("[data-speech]").forEach((part) => (part.hidden = part.lang !== language));
}

function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

function item(problem) {
  const made = document.createElement("li");
  made.append(
    line("pv-place", problem.file + ":" + problem.line + " [" + problem.rule + "]"),
    line("pv-what", (problem.path ? problem.path + ": " : "") + problem.found + "."),
    line("pv-remedy", problem.remedy + ".")
  );
  return made;
}

/** List the problems, errors and warnings apart; the same list is not read out twice. */
function list(message) {
  const text = JSON.stringify(message);
  if (text === told) return;
  told = text;
  const says = { wait: false, kept: !message.loaded, none: message.problems.length === 0 };
  for (const [name, is] of Object.entries(says)) found.querySelector(`[data-says="${name}"]`).hidden = !is;
  for (const level of ["error", "warning"]) {
    const part = found.querySelector(`[data-level="${level}"]`);
    const items = message.problems.filter((problem) => problem.level === level).map(item);
    part.hidden = items.length === 0;
    part.querySelector("b").textContent = items.length;
    part.querySelector("ul").replaceChildren(...items);
  }
}

function hear(message) {
  if (message.kind === "problems") {
    list(message);
    return;
  }
  if (message.content.type === "view") speak(message.content.view.language);
  tell("msg:custom", message.content);
}

function opened() {
  attempts = 0;
  if (shown) {
    tell("reopened");
    return;
  }
  shown = true;
  player.render({ model: model, el: place });
}

function connect() {
  socket = new WebSocket("ws://" + location.host + "/socket");
  socket.onopen = opened;
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    tell("closed");
    setTimeout(connect, WAITS[Math.min(attempts, WAITS.length - 1)]);
    attempts += 1;
  };
}

connect();
