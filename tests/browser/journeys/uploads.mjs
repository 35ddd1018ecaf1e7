// Materials of a filing: a form without a script, pieces with one, a connection that breaks off, a page that was closed.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { DESKTOP, PHONE, signIn, sound, targets, visitor } from "../lib.mjs";
import { draft } from "../pages.mjs";

/** A PDF of so many bytes. */
const pdf = (name, size) => {
  const head = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
  return { name, mimeType: "application/pdf", buffer: Buffer.from(head.padEnd(size, " ")) };
};
const heic = { name: "IMG_1.heic", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic".padEnd(40_000, "\0")) };

/** What carries a piece. */
const PIECE = (url) => /\/uploads\/[^/]+$/.test(url.pathname) && url.searchParams.has("form_token");

const of = (page, code) => page.locator(`#m-${code}`);

/** Without a script: choose, send, see; what is wrong stands at its field. */
async function plain(browser, base, filing) {
  const who = await visitor(browser, base, { viewport: PHONE, script: false });
  const { page } = who;
  await signIn(who, "demo-clinic");
  await page.goto(`/my/filings/${filing}/materials`);
  await sound(who, base, "materials without a script", { axe: false });
  const form = of(page, "floor_plan").locator("form.upload");
  await form.locator('button[type="submit"]').click();
  await page.locator(".govuk-error-summary").waitFor();
  await page.locator('.govuk-error-summary a[href="#file-floor_plan"]').click();
  await form.locator("#file-floor_plan").setInputFiles([heic, pdf("平面图.pdf", 30_000)]);
  await form.locator('button[type="submit"]').click();
  await page.getByText("兼容性最佳").first().waitFor();
  await sound(who, base, "materials that came back", { axe: false });
  await of(page, "floor_plan").getByText("平面图.pdf").first().waitFor();
  await of(page, "floor_plan").locator(".files form button").click();
  await of(page, "floor_plan").getByText("还缺").waitFor();
  await who.context.close();
}

/** With a script: progress, a break, and on from there; several at once; a wrong one said in words. */
async function pieces(browser, base, work, filing, look) {
  // While the page asks whether to leave it, somebody says yes.
  const who = await visitor(browser, base, look);
  const { page, context } = who;
  page.on("dialog", (dialog) => dialog.accept());
  const where = `materials ${look.lang ?? "zh"}`;
  await signIn(who, "demo-clinic");
  await page.goto(`/my/filings/${filing}/materials`);
  await sound(who, base, where);
  await targets(who, where);
  const own = of(page, "waste_plan");
  assert.equal(await own.locator('form.upload button[type="submit"]').isVisible(), false, "the choice is enough");

  // The connection goes after the second piece.
  let sent = 0;
  const offsets = [];
  await page.route(PIECE, async (route) => {
    offsets.push(Number(route.request().headers()["upload-offset"]));
    sent += 1;
    if (sent === 3) await context.setOffline(true);
    return route.continue();
  });
  await own.locator('input[type="file"]').first().setInputFiles(pdf("污水.pdf", 3_000_000));
  const row = own.locator(".arriving li");
  await row.locator('xpath=self::*[@data-state="paused"]').waitFor();
  const progress = await row.locator("progress").evaluate((bar) => bar.value / bar.max);
  assert.ok(progress > 0 && progress < 1, `progress is seen: ${progress}`);
  await context.setOffline(false);
  await page.waitForURL(/done=1/);
  await own.getByText("污水.pdf").first().waitFor();
  assert.ok(offsets.slice(3).every((offset) => offset > 0), `it went on where it was: ${offsets}`);
  await page.unroute(PIECE);

  // A page that is closed in the middle: what is half there is told, and the same file goes on.
  await page.route(PIECE, (route) => (Number(route.request().headers()["upload-offset"]) > 0 ? route.abort() : route.continue()));
  const list = of(page, "equipment_list");
  // From the disk: the browser must find that it is the same file.
  const disk = `${work}/设备.pdf`;
  await writeFile(disk, pdf("", 2_000_000).buffer);
  await list.locator('input[type="file"]').first().setInputFiles(disk);
  await list.locator('.arriving li[data-state="paused"]').waitFor();
  await page.reload();
  await page.unroute(PIECE);
  await list.locator(".half").getByText("设备.pdf").first().waitFor();
  // The browser told on its console that the connection was gone.
  who.seen.problems.length = 0;
  await sound(who, base, `${where}, one half there`);
  offsets.length = 0;
  await page.route(PIECE, (route) => {
    offsets.push(Number(route.request().headers()["upload-offset"]));
    return route.continue();
  });
  await list.locator('input[type="file"]').first().setInputFiles(disk);
  await page.waitForURL(/done=1/);
  await list.locator(".files").getByText("设备.pdf").first().waitFor();
  assert.ok(offsets[0] > 0, `it went on where it was when the page was closed: ${offsets}`);
  assert.equal(await list.locator(".half").count(), 0, "nothing is half there any more");
  await page.unroute(PIECE);

  // Two at once, one of which is wrong.
  await list.locator("details").last().locator("summary").click();
  await list.locator('input[type="file"]').first().setInputFiles([heic, pdf("设备2.pdf", 400_000)]);
  await list.locator('.arriving li[data-state="failed"]').getByText(look.lang === "en" ? "Most Compatible" : "兼容性最佳").waitFor();
  await list.locator('.arriving li[data-state="done"]').waitFor();
  await sound(who, base, `${where}, one refused`);

  // Signed out in the middle: nothing that was sent is lost, and after signing in elsewhere it goes on.
  const rules = of(page, "rules_and_regulations");
  await context.clearCookies({ name: "session" });
  await rules.locator('input[type="file"]').first().setInputFiles(pdf("制度.pdf", 500_000));
  const again = rules.locator('.arriving li[data-state="failed"] button');
  await again.waitFor();
  const elsewhere = await context.newPage();
  await signIn({ page: elsewhere }, "demo-clinic");
  await elsewhere.close();
  await again.click();
  await rules.locator('.arriving li[data-state="done"]').waitFor();
  const big = pdf("大.pdf", 22 * 1024 * 1024);
  await list.locator('input[type="file"]').first().setInputFiles(big);
  await list.locator(".arriving li").getByText("22 MB").waitFor();
  await context.close();
}

export default async function uploads({ browser, base, work }) {
  const filing = await draft(base);
  await plain(browser, base, filing);
  await pieces(browser, base, work, filing, { viewport: PHONE });
  await pieces(browser, base, work, await draft(base), { viewport: DESKTOP, lang: "en" });
}
