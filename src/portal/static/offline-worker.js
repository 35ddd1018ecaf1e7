// Keeps the offline check ready. What goes before this file (SHELL, VERSION) is written by the server: it changes with
// every file of the page, and so does the cache's name; the cache of another version is thrown away.
const KEPT = `check-offline-${VERSION}`;
const LOOK = "check-offline-look";
const KEYS = "/.well-known/clinic-keys";
const PAGE = "/check-offline";
/** How long the network may take before what is kept is shown, milliseconds. */
const PATIENCE = 4000;

/** Without cookies: what is kept is nobody's, and does not change how anybody's pages look. */
const plain = (url) => new Request(url, { credentials: "omit", cache: "reload" });

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    await (await caches.open(KEPT)).addAll([...SHELL, KEYS].map(plain));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("check-offline-") && name !== KEPT && name !== LOOK);
    await Promise.all(names.map((name) => caches.delete(name)));
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event.request, url));
  else if (url.pathname === KEYS) event.respondWith(keys());
  else if (SHELL.includes(url.pathname)) event.respondWith(file(event.request));
});

const online = (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE) });

/** From the network, else as it was kept in this language and size. */
async function page(request, url) {
  try {
    return await online(request);
  } catch {
    const look = await (await caches.match("/check-offline/look", { cacheName: LOOK }))?.json();
    const lang = url.searchParams.get("lang") ?? look?.lang ?? "zh";
    const large = url.searchParams.get("large") ?? look?.large ?? "0";
    const kept = await caches.match(`${PAGE}?lang=${lang}&large=${large}`, { cacheName: KEPT, ignoreVary: true });
    return kept ?? Response.error();
  }
}

/** The newest keys; those that were kept where there is no network. */
async function keys() {
  const kept = await caches.open(KEPT);
  try {
    const answer = await online(KEYS);
    if (answer.ok) await kept.put(KEYS, answer.clone());
    return answer.ok ? answer : ((await kept.match(KEYS)) ?? answer);
  } catch {
    return (await kept.match(KEYS)) ?? Response.error();
  }
}

/** Files never change under their names. */
async function file(request) {
  return (await caches.match(request, { cacheName: KEPT })) ?? fetch(request);
}
