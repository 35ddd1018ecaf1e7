// What every journey may use: a browser as somebody holds it, and what must be true of every page.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const PHONE = { width: 390, height: 844 };
export const SMALL = { width: 320, height: 640 };
export const DESKTOP = { width: 1280, height: 900 };

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });

/** A browser of its own: language and size of pages as somebody chose them before. */
export async function visitor(browser, base, { lang = "zh", large = false, viewport = PHONE, script = true, scale = 1 } = {}) {
  const context = await browser.newContext({ baseURL: base, viewport, javaScriptEnabled: script, deviceScaleFactor: scale, locale: "zh-CN" });
  await context.addCookies([{ name: "look", value: `${lang}.${large ? "large" : "normal"}`, url: base }]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const seen = { requests: [], bytes: 0, problems: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("response", async (response) => {
    const length = await response.body().then((body) => body.length, () => 0);
    seen.bytes += length;
  });
  page.on("pageerror", (error) => seen.problems.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // A page that answers 404 in words is no fault of a script.
    const expected = message.text().startsWith("Failed to load resource: the server responded with a status of 4");
    if (message.type() === "error" && !expected) seen.problems.push(`console: ${message.text()}`);
  });
  return { context, page, seen, lang, large };
}

/** Nothing comes from elsewhere, no script fails, nothing runs over the edge, and axe finds nothing grave. */
export async function sound({ page, seen, lang }, base, where, { axe = true } = {}) {
  const foreign = seen.requests.filter((url) => !url.startsWith(base) && !/^(data|blob):/.test(url));
  assert.deepEqual(foreign, [], `${where}: requests to elsewhere`);
  assert.deepEqual(seen.problems, [], `${where}: problems`);
  const tag = await page.locator("html").getAttribute("lang");
  assert.equal(tag, lang === "en" ? "en" : "zh-CN", `${where}: language of the page`);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `${where}: ${wide} px wide in ${room}`);
  assert.equal(await page.locator("h1").count(), 1, `${where}: headings of the first level`);
  if (!axe) return;
  // Nothing is framed on these pages, so each is looked at where it stands, without another page for what frames hold.
  const found = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  const told = grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(told, [], `${where}: axe`);
}

/** What is tapped is large enough (quality bar D.1): 44 px, and 60 px in 长辈版; links within a text are text. */
export async function targets({ page, large }, where) {
  const least = large ? 60 : 44;
  const small = await page.evaluate((least) => {
    const shown = (element) => element.offsetParent !== null && element.getClientRects().length > 0;
    const taps = 'button, [role="button"], a.govuk-button, a.button, input:not([type="hidden"]), select, nav a';
    // A radio's or a checkbox's label is tapped with it.
    const tap = (element) => (/^(radio|checkbox)$/.test(element.type) ? (element.closest("label, .govuk-radios__item, .govuk-checkboxes__item") ?? element) : element);
    return [...document.querySelectorAll(taps)]
      .filter((element) => shown(element) && !element.closest(".trap, [hidden], .govuk-visually-hidden"))
      .map((element) => [element.outerHTML.slice(0, 90), tap(element).getBoundingClientRect().height])
      .filter(([, height]) => height < least - 0.5);
  }, least);
  assert.deepEqual(small, [], `${where}: targets under ${least} px`);
}

/** Signs a demonstration account in. */
export async function signIn({ page }, login, password = "clinic-filing-demo") {
  await page.goto("/signin");
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('main form button[type="submit"], main form button:not([type])').first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/signin"));
}

/** Signs out again. */
export async function signOut({ page }) {
  await page.goto("/account");
  await page.locator('form[action="/signout"] button').first().click();
  await page.waitForURL(/\/signin/);
}

/** A picture of the whole page. */
export async function picture(page, folder, name) {
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** What `find` finds, once it finds something: of what happens outside of the browser. */
export async function until(what, find, most = 15_000) {
  const end = Date.now() + most;
  for (;;) {
    const found = await find();
    if (found && found.length !== 0) return found;
    assert.ok(Date.now() < end, `${what}: not there in ${most / 1000} s`);
    await new Promise((go) => setTimeout(go, 50));
  }
}
