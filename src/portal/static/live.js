// Keeps an open page of a case up to date: looks now and then, and shows the case anew when it has moved on.
"use strict";
(() => {
  const EVERY = 15000;
  const shown = () => document.querySelector("[data-live]");
  if (!shown()) return;
  let busy = false;
  async function look() {
    if (busy || document.hidden || !navigator.onLine) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (fresh && fresh.dataset.live !== shown().dataset.live) shown().replaceWith(document.adoptNode(fresh));
    } catch {
      // Without a connection the page stays as it is; the next look comes.
    } finally {
      busy = false;
    }
  }
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
