"use strict";
// The chat over a WebSocket. Everything works without this file too, as plain forms; here nothing reloads.
// Each thing sent has an id of its own and is sent again until the server says that it is kept.
(() => {
  const chat = document.getElementById("chat");
  const log = document.getElementById("log");
  const typing = document.getElementById("typing");
  const choices = document.getElementById("choices");
  const buttons = choices.querySelector(".buttons");
  const composer = document.getElementById("composer");
  const box = document.getElementById("text");
  const picker = document.getElementById("file");
  const notice = document.getElementById("status");
  const words = chat.dataset;
  const LONGEST = 10000, LARGEST_FRAME = 16000, LARGEST_FILE = 10 * 1024 * 1024;
  const SLOWEST = 15000, SILENCE = 10000, PATIENCE = 60000;
  const waiting = new Map(); // id → {frame, bubble}: sent and not yet known to be kept
  const pending = [];        // bubbles of kept things that are not yet lines
  let lastSeq = Number(words.lastSeq), socket, open = false, pause = 500, retry, typingEnds, leaving = false;

  document.documentElement.classList.add("script");

  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---- what is seen

  const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 160;
  const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);
  const say = (text) => {
    const stay = nearEnd();
    notice.hidden = !text;
    if (notice.textContent !== text) notice.textContent = text;
    if (stay) toEnd();
  };
  const isWriting = (yes) => {
    clearTimeout(typingEnds);
    typing.hidden = !yes;
    if (yes) typingEnds = setTimeout(() => { typing.hidden = true; }, PATIENCE);
  };
  const backToBox = () => {
    if (matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
    else log.focus({ preventScroll: true });
  };

  function bubble(text) {
    const line = document.createElement("div");
    line.className = "line theirs pending new";
    line.setAttribute("aria-hidden", "true"); // the line itself is read out when it comes
    const words = document.createElement("div");
    words.className = "bubble";
    words.textContent = text;
    const state = document.createElement("span");
    state.className = "state";
    line.append(words, state);
    log.append(line);
    toEnd();
    return line;
  }

  function mark(line, text) { line.querySelector(".state").textContent = text; }

  function becomesLine(text) {
    let index = pending.findIndex((line) => line.querySelector(".bubble").textContent.trim() === text.trim());
    if (index < 0) index = 0;
    pending.splice(index, 1)[0]?.remove();
  }

  function show(news) {
    const stay = nearEnd();
    let first;
    const piece = document.createElement("template");
    piece.innerHTML = news.lines; // made by the server's own escaping templates
    for (const line of [...piece.content.children]) {
      const seq = Number(line.dataset.seq);
      if (seq <= lastSeq) continue;
      lastSeq = seq;
      line.classList.add("new");
      if (line.classList.contains("ours")) {
        isWriting(false);
        first ??= line;
      } else becomesLine(line.querySelector(".bubble").textContent);
      log.insertBefore(line, log.querySelector(".pending"));
    }
    if (news.choices !== undefined) {
      const had = choices.contains(document.activeElement);
      buttons.innerHTML = news.choices;
      if (had) backToBox();
    }
    if (!stay) return;
    toEnd();
    // of a long answer the beginning is seen first
    const hidden = first ? first.getBoundingClientRect().top - 72 : 0;
    if (hidden < 0) scrollBy(0, hidden);
  }

  // ---- sending

  function transmit(frame) {
    if (open) socket.send(frame);
    else connect();
  }

  function send(what, text) {
    const id = newId();
    const frame = JSON.stringify({ seq: id, ...what });
    if (text.length > LONGEST || new TextEncoder().encode(frame).length > LARGEST_FRAME) {
      say(words.tooLong);
      return false;
    }
    say("");
    const line = bubble(text);
    const entry = { frame, line };
    waiting.set(id, entry);
    pending.push(line);
    setTimeout(() => {
      if (!waiting.has(id)) return;
      mark(line, words.sending);
      if (open) socket.close(); // silent for so long: the way is broken
    }, SILENCE);
    transmit(frame);
    return true;
  }

  function kept(id) {
    const entry = waiting.get(id);
    if (!entry) return;
    waiting.delete(id);
    mark(entry.line, "");
    if (entry.line.isConnected) isWriting(true);
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text && send({ said: text }, text)) {
      box.value = "";
      grow();
      buttons.textContent = "";
    }
    box.focus({ preventScroll: true });
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      composer.requestSubmit();
    }
  });

  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 3}px`;
  };
  box.addEventListener("input", grow);

  choices.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.disabled) return;
    const pressed = button.value.split(":").map(Number);
    if (send({ pressed }, button.textContent)) buttons.textContent = "";
    backToBox();
  });

  // ---- files

  picker.addEventListener("change", () => {
    const file = picker.files[0];
    picker.value = "";
    if (!file) return;
    if (file.size > LARGEST_FILE) return say(words.tooLarge);
    if (file.size === 0) return say(words.emptyFile);
    say("");
    const line = bubble(file.name);
    mark(line, words.uploading);
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.value = 0;
    line.append(progress);
    toEnd();
    upload(file, newId(), line, progress, 1);
  });

  function upload(file, id, line, progress, attempt) {
    const form = new FormData();
    form.append("token", words.token);
    form.append("seq", id);
    form.append("file", file);
    const request = new XMLHttpRequest(); // fetch tells no progress of an upload
    const failed = (said) => { line.remove(); say(said); };
    request.open("POST", "/chat/file");
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; };
    request.onload = () => {
      if (request.status === 204) {
        progress.remove();
        mark(line, "");
        pending.push(line);
        isWriting(true);
      } else if (request.status === 503 && attempt < 6) again();
      else failed(request.status === 413 ? words.tooLarge : request.status === 429 ? words.slowDown : words.notSent);
    };
    const again = () => setTimeout(() => upload(file, id, line, progress, attempt + 1), 1000 * attempt);
    request.onerror = () => (attempt < 6 ? again() : failed(words.notSent));
    request.send(form);
  }

  // ---- the connection

  function connect() {
    clearTimeout(retry);
    if (socket && socket.readyState < WebSocket.CLOSING) return;
    socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/chat/socket`);
    socket.onopen = () => {
      open = true;
      socket.send(JSON.stringify({ last_seq: lastSeq, language: document.documentElement.lang }));
      for (const { frame } of waiting.values()) socket.send(frame);
    };
    socket.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (news.ready) { pause = 500; chat.dataset.connected = "yes"; if (notice.textContent === words.offline) say(""); }
      if (news.ack) kept(news.ack);
      if (news.lines) show(news);
      if (news.language) {
        log.lang = news.language;
        if (!box.value && !waiting.size && !leaving) location.reload(); // the page's own words in that language
      }
    };
    socket.onclose = (event) => {
      open = false;
      delete chat.dataset.connected;
      if (event.code === 4401) return location.reload(); // this browser's visit has ended
      if (pause > 500) say(words.offline);
      retry = setTimeout(connect, pause * (0.7 + 0.6 * Math.random()));
      pause = Math.min(pause * 2, SLOWEST);
    };
  }

  const soon = () => { if (!open) { pause = 500; connect(); } };
  addEventListener("online", soon);
  addEventListener("focus", soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

  document.querySelector(".top form").addEventListener("submit", () => { leaving = true; });
  pending.push(...log.querySelectorAll(".line:not([data-seq])"));
  if (words.waiting) isWriting(true);
  connect();
  toEnd();
  const ready = () => { if (matchMedia("(pointer: fine)").matches && document.activeElement === document.body) backToBox(); };
  ready();
  addEventListener("load", () => setTimeout(ready)); // the address's #end takes the focus away again
})();
