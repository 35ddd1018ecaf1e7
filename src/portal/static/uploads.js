// Sends chosen files in pieces: shows how far they are, waits while the connection is gone, and goes on where it stopped, also
// after the page was closed (the browser remembers which upload a file had). Without this script the forms work as any other.
"use strict";
(() => {
  const root = document.getElementById("uploads");
  if (!root || !root.dataset.filing || !window.fetch) return;
  const words = root.dataset;
  const base = `/my/filings/${words.filing}/uploads`;
  let token = words.token;
  const LEAST = 64 * 1024;
  const MOST = 1024 * 1024;
  const LATE = 60_000;
  const queue = [];
  let running = false;
  let failed = 0;
  let size = 256 * 1024;

  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(wake, ms);
    function wake() {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      resolve();
    }
    window.addEventListener("online", wake);
  });

  // What the browser remembers of a file: its upload. A browser that keeps nothing begins anew.
  const name = (job) => `upload ${words.filing} ${job.code} ${job.file.name} ${job.file.size} ${job.file.lastModified}`;
  const kept = {
    get: (job) => { try { return localStorage.getItem(name(job)); } catch { return null; } },
    set: (job, id) => { try { localStorage.setItem(name(job), id); } catch { /* as above */ } },
    drop: (job) => { try { localStorage.removeItem(name(job)); } catch { /* as above */ } },
  };

  /** One request; whoever has to sign in is told so, and can go on then. */
  async function fetched(path, init) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), LATE);
    try {
      const answer = await fetch(path, { ...init, redirect: "manual", credentials: "same-origin", signal: late.signal });
      if (answer.type === "opaqueredirect") throw { words: words.signin, again: true };
      return { answer, text: await answer.text() };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The token of the session that somebody signed in to meanwhile: the page has it. */
  async function renew() {
    const { text } = await fetched(location.pathname, { method: "GET" });
    const page = new DOMParser().parseFromString(text, "text/html").getElementById("uploads");
    const fresh = page && page.dataset.token;
    if (!fresh || fresh === token) throw { words: words.failed };
    token = fresh;
  }

  /** Asks the server until it answers: a connection that is gone comes back. */
  async function ask(job, path, init) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 30_000)) {
      try {
        // A form carries the token in itself, a piece in its address.
        const form = init.body instanceof URLSearchParams;
        if (form) init.body.set("form_token", token);
        const address = form || !init.body ? path : `${path}?form_token=${encodeURIComponent(token)}`;
        const { answer, text } = await fetched(address, init);
        const told = (answer.headers.get("content-type") || "").startsWith("application/json");
        if (!told && answer.status === 403) {
          await renew();
          continue;
        }
        if (!told && answer.status < 500) throw { words: words.failed, again: true };
        if (told && answer.status !== 503 && answer.status !== 429) return { ok: answer.ok, status: answer.status, ...JSON.parse(text) };
      } catch (error) {
        if (error.words) throw error;
      }
      if (job.stopped) throw { stopped: true };
      size = LEAST;
      job.say(words.paused, "paused");
      await pause(wait);
      if (job.stopped) throw { stopped: true };
      // What happened meanwhile is asked first: the last piece may have arrived.
      if (init.method === "PATCH") return { ok: false, status: 0 };
    }
  }

  async function begin(job) {
    const known = kept.get(job);
    if (known) {
      const state = await ask(job, `${base}/${known}`, { method: "GET" });
      if (state.ok && !state.done) return { ...state, id: known };
      kept.drop(job);
    }
    const body = new URLSearchParams({ code: job.code, file_name: job.file.name, size: job.file.size, key: job.key });
    const state = await ask(job, base, { method: "POST", body });
    if (!state.ok) throw { words: state.words };
    kept.set(job, state.id);
    return state;
  }

  async function send(job) {
    let state = await begin(job);
    job.id = state.id;
    // What was half there is under way again.
    const half = root.querySelector(`[data-upload="${state.id}"]`);
    if (half) half.remove();
    while (!state.done) {
      if (job.stopped) throw { stopped: true };
      job.show(state.received);
      let piece;
      try {
        piece = await job.file.slice(state.received, state.received + size).arrayBuffer();
      } catch {
        throw { words: words.changed };
      }
      const began = performance.now();
      const headers = { "content-type": "application/offset+octet-stream", "upload-offset": String(state.received) };
      const next = await ask(job, `${base}/${state.id}`, { method: "PATCH", headers, body: piece });
      if (next.ok) {
        state = { ...next, id: state.id };
        // Pieces as large as the connection bears: about a second or two each.
        const took = performance.now() - began;
        size = took < 1000 ? Math.min(size * 2, MOST) : took > 4000 ? Math.max(size / 2, LEAST) : size;
        continue;
      }
      if (next.status !== 0 && next.code !== "upload.offset") {
        kept.drop(job);
        throw { words: next.words };
      }
      const now = await ask(job, `${base}/${state.id}`, { method: "GET" });
      if (!now.ok) {
        kept.drop(job);
        throw { words: now.words };
      }
      state = { ...now, id: state.id };
      // All of it is there and no answer said so: an empty piece asks again.
      if (!state.done && state.received === state.size) size = LEAST;
    }
    kept.drop(job);
  }

  async function run() {
    if (running) return;
    running = true;
    for (let job = queue.shift(); job; job = queue.shift()) {
      try {
        await send(job);
        job.finish();
      } catch (error) {
        if (error.stopped) continue;
        failed += 1;
        job.fail(error.words || words.failed, error.again);
      }
    }
    running = false;
    // What is there now is told by the page itself, unless there is something to read here first.
    if (failed === 0 && done > 0) {
      history.replaceState(null, "", `${location.pathname}?done=${done}#m-${last}`);
      location.reload();
    }
  }

  let done = 0;
  let last = "";

  /** A row that tells how a file is doing. */
  function row(list, file) {
    const make = (tag, parent, text = "") => {
      const element = parent.appendChild(document.createElement(tag));
      element.textContent = text;
      return element;
    };
    const item = make("li", list);
    const title = make("p", item);
    make("strong", title, file.name);
    const bar = make("progress", item);
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const told = make("p", item, words.waiting);
    told.className = "told";
    const button = make("button", item, words.cancel);
    button.type = "button";
    button.className = "as-link";
    return { item, bar, told, button };
  }

  function add(form, file) {
    const { item, bar, told, button } = row(form.querySelector(".arriving"), file);
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const job = {
      file, key, code: form.dataset.code, stopped: false,
      say(text, state) {
        told.textContent = text;
        item.dataset.state = state;
      },
      show(received) {
        bar.value = received;
        job.say(`${words.sending} ${Math.floor((100 * received) / (file.size || 1))}%`, "sending");
      },
      finish() {
        bar.value = bar.max;
        job.say(words.done, "done");
        button.remove();
        done += 1;
        last = job.code;
      },
      fail(text, again) {
        job.say(text, "failed");
        told.classList.add("govuk-error-message");
        if (!again) {
          button.remove();
          bar.remove();
          return;
        }
        button.textContent = words.again;
        button.onclick = () => {
          failed -= 1;
          told.classList.remove("govuk-error-message");
          button.textContent = words.cancel;
          button.onclick = stop;
          queue.push(job);
          run();
        };
      },
    };
    const stop = () => {
      job.stopped = true;
      kept.drop(job);
      item.remove();
      if (job.id) fetch(`${base}/${job.id}/cancel`, { method: "POST", body: new URLSearchParams({ form_token: token }), redirect: "manual" }).catch(() => {});
    };
    button.onclick = stop;
    queue.push(job);
  }

  for (const form of root.querySelectorAll("form.upload")) {
    const chosen = () => {
      for (const input of form.querySelectorAll('input[type="file"]')) {
        for (const file of input.files) add(form, file);
        input.value = "";
      }
      run();
    };
    for (const input of form.querySelectorAll('input[type="file"]')) input.addEventListener("change", chosen);
    // The choice is enough: there is nothing left to press.
    form.querySelector('button[type="submit"]').hidden = true;
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  window.addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
})();
