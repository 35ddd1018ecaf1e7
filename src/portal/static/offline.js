// The page that checks codes without a network: reads one, opens it with the kept keys, shows what it says. Every word
// stands in the page, in <template>s; what is filled in is text.
const page = document.getElementById("offline");
const result = document.getElementById("result");
const state = document.getElementById("state");
const video = document.getElementById("camera");
const scan = document.getElementById("scan");
const stop = document.getElementById("stop");
const { code, picture, decoder, worker, keys, root } = page.dataset;

const { Refusal, lastPart, openCode, openManifest } = await import(code);
const { textIn } = await import(picture);

/** The highest manifest seen; an older one is not gone back to. */
const SEEN = "clinic-keys-version";
const lang = document.documentElement.lang;
const dates = lang.startsWith("en") ? "en-GB" : lang;

/** Days since 1970 in the issuer's calendar. */
const today = () => Math.floor((Date.now() + 8 * 3600000) / 86400000);
const dateOf = (day) =>
  new Intl.DateTimeFormat(dates, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day * 86400000));
const momentOf = (milliseconds) =>
  new Intl.DateTimeFormat(dates, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(milliseconds);

/** A copy of a template's words with its slots filled; a slot without a value goes, with its row. */
function words(id, slots = {}) {
  const made = document.getElementById(id).content.cloneNode(true);
  for (const slot of made.querySelectorAll("[data-slot]")) {
    const value = slots[slot.dataset.slot];
    if (value) slot.append(value);
    else (slot.closest("[data-row]") ?? slot).remove();
  }
  return made;
}

function show(...parts) {
  result.replaceChildren(...parts);
  const heading = result.querySelector(".word, strong");
  if (heading) document.title = `${heading.textContent.trim().replace(/\s+/g, " ")} · ${page.dataset.title}`;
  result.focus();
}

let manifest = null;

async function readManifest() {
  const file = await (await fetch(keys, { cache: "no-store" })).json();
  const opened = await openManifest(file, root);
  let seen = 0;
  try {
    seen = Number(localStorage.getItem(SEEN)) || 0;
  } catch {
    // No storage: nothing is remembered.
  }
  if (opened.version < seen) throw new TypeError("an older manifest");
  try {
    localStorage.setItem(SEEN, opened.version);
  } catch {
    // As above.
  }
  manifest = opened;
}

/** What a genuine code says. */
function facts(said) {
  const item = (list, test) => [...document.getElementById(list).content.querySelectorAll("li")].filter(test);
  const modes = item("modes", (_, bit) => said.modes & (1 << bit)).map((one) => one.textContent);
  const [region] = item("regions", (one) => one.dataset.region === String(said.region));
  const year = new Date(said.issued * 86400000).getUTCFullYear();
  const { copy } = said;
  const n = said.number;
  return words("says", {
    number: [n.slice(0, 9), n.slice(9, 15), n.slice(15, 17), n.slice(17, 21), n.slice(21)].join(" "),
    name: said.name,
    address: said.address,
    modes: modes.join(page.dataset.comma),
    region: region ? `${region.textContent}（${said.region}）` : String(said.region),
    issued: dateOf(said.issued),
    purpose: copy && copy.purpose,
    copy: copy && `JZ-${said.region}-${year}-${String(copy.serial).padStart(6, "0")}`,
    until: said.until !== null && dateOf(said.until),
    key: said.kid,
  });
}

/** The way to the register's own word, where there is a network. */
function online(path) {
  if (!navigator.onLine) return words("no-network");
  const made = words("ask-online");
  made.querySelector("a").href = path;
  return made;
}

async function check(text) {
  const last = lastPart(text);
  const compact = last.replace(/[\s\u2010-\u2015\u2212-]/g, "").toUpperCase();
  if (/^[2-9A-HJ-NP-Z]{12}$/.test(compact)) {
    const kind = /\/p\/[^/]*$/.test(text.trim()) ? "p" : "v";
    show(words("short-code"), online(kind === "p" ? `/p/${compact}` : `/v?code=${compact}`));
    return;
  }
  if (manifest === null) await readManifest().catch(() => null);
  if (manifest === null) {
    show(words("no-keys"), online(/^[0-9]+$/.test(last) ? `/v/${last}` : "/v"));
    return;
  }
  const notes = [words("checked-on", { on: momentOf(Date.now()), keys: momentOf(manifest.issuedAt) })];
  if (manifest.development) notes.unshift(words("development"));
  try {
    const said = await openCode(text, manifest, today());
    show(words("said-status_stale"), ...notes, online(`/v/${last}`), facts(said));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const own = document.getElementById(`said-${refusal.reason}-ours`);
    const id = refusal.ours && own ? own.id : `said-${refusal.reason}`;
    show(words(id), ...notes, online(/^[0-9]+$/.test(last) ? `/v/${last}` : "/v"));
  }
}

async function checkPicture(file) {
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    show(words("no-picture"));
    return;
  }
  const text = await textIn(bitmap, decoder, true);
  bitmap.close();
  if (text === null) show(words("no-code"));
  else await check(text);
}

function halt() {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  [scan.hidden, stop.hidden, video.hidden] = [false, true, true];
}

async function look() {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  } catch {
    show(words("no-camera"));
    return;
  }
  [scan.hidden, stop.hidden, video.hidden] = [true, false, false];
  await video.play();
  while (video.srcObject) {
    const text = await textIn(video, decoder, false);
    if (text !== null && video.srcObject) {
      halt();
      await check(text);
      return;
    }
    await new Promise((next) => setTimeout(next, 150));
  }
}

/** Says whether the page will work without a network, once that is known. */
async function keep() {
  let ready = false;
  if ("serviceWorker" in navigator) {
    try {
      // How the page looks, for the worker: it cannot read the cookie that remembers it.
      const look = JSON.stringify({ lang: lang.startsWith("en") ? "en" : "zh", large: document.documentElement.classList.contains("large") ? "1" : "0" });
      await (await caches.open("check-offline-look")).put("/check-offline/look", new Response(look));
      await navigator.serviceWorker.register(worker, { scope: "/check-offline", updateViaCache: "none" });
      ready = await navigator.serviceWorker.ready.then(() => true);
    } catch {
      ready = false;
    }
  }
  await readManifest().catch(() => null);
  const id = manifest === null ? "state-no-keys" : ready ? "state-ready" : "state-once";
  state.replaceChildren(words(id, { keys: manifest && momentOf(manifest.issuedAt) }));
  page.dataset.ready = String(manifest !== null && ready);
}

if (globalThis.crypto?.subtle) {
  document.getElementById("without").hidden = true;
  page.hidden = false;
  scan.hidden = !navigator.mediaDevices?.getUserMedia;
  scan.addEventListener("click", look);
  stop.addEventListener("click", halt);
  document.getElementById("picture").addEventListener("change", async ({ target }) => {
    if (target.files.length > 0) await checkPicture(target.files[0]);
    // The same picture may be chosen again.
    target.value = "";
  });
  document.getElementById("typed").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get("code").replace(/\s/g, "");
    if (text === "") show(words("nothing"));
    else await check(text);
  });
  await keep();
}
