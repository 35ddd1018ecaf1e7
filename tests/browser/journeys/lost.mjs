// Never lost: the service dies, two tabs meet, buttons are clicked twice, pages are gone back to, lists are long.

import assert from "node:assert/strict";
import { api, declare, example, fill, materials, ready, save } from "../form.mjs";
import { DESKTOP, PHONE, signIn, sound, targets, visitor } from "../lib.mjs";
import { Served } from "../served.mjs";

const LOOKS = [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }];

/** A name as long as a name may be; every second one has no place to break it. */
const name = (n) => `${n % 2 ? "欧阳".repeat(18) : "Wolfeschlegelsteinhausenbergerdorffx"}${String(n).padStart(4, "0")}`;

/** An identity number of nobody (GB 11643-1999), each of its own. */
function identity(n) {
  const digits = `37150219800101${String(2 * n + 1).padStart(3, "0")}`;
  const sum = [...digits].reduce((sum, digit, at) => sum + Number(digit) * (2 ** (17 - at) % 11), 0);
  return digits + "10X98765432"[sum % 11];
}

/** The service is killed after a page was saved, and while another is typed. */
async function killed(browser, work) {
  const served = await new Served(`${work}/lost`).start();
  try {
    const { base } = served;
    const form = await example(base);
    const owner = await api(base, "demo-clinic");
    for (const look of LOOKS) {
      const who = await visitor(browser, base, look);
      const { page } = who;
      const { id } = await owner.post("/filings", { kind: "establishment", dossier: { clinic_type: form.clinic_type } });
      const filing = `/my/filings/${id}`;
      await signIn(who, "demo-clinic");
      await page.goto(`${filing}/form/name`);
      await fill(page, form);
      await save(page);
      await served.kill();
      await served.start();
      await page.goto(`${filing}/form/name`);
      assert.equal(await page.locator("#name").inputValue(), form.name, "what was saved is there, and so is who signed in");

      // Typed while it lives, sent after it died and came back.
      await page.goto(`${filing}/form/services`);
      await fill(page, form);
      await served.kill();
      await served.start();
      await save(page);
      await page.goto(`${filing}/form/services`);
      assert.equal(await page.locator("#opening_hours").inputValue(), form.opening_hours, "what was typed before is saved after");

      // Sent while it is dead: the browser says so, and sends the same again.
      await page.goto(`${filing}/form/equipment`);
      await fill(page, form);
      await served.kill();
      await page.locator("main form button").last().click();
      await page.waitForURL(/^chrome-error:/);
      await served.start();
      await page.reload();
      await page.waitForURL((url) => url.pathname.startsWith(filing));
      await page.goto(`${filing}/form/equipment`);
      assert.equal(await page.locator("#equipment").inputValue(), form.equipment.join("\n"), "what was sent to nobody is sent again");
      await who.context.close();
    }
  } finally {
    await served.kill();
  }
}

/** Two tabs write the same page: both versions are shown, nothing is lost, the last look decides. */
async function tabs(browser, base, look, owner, form) {
  const who = await visitor(browser, base, look);
  const { page } = who;
  const lang = look.lang ?? "zh";
  const axe = { axe: look.script !== false };
  const { id } = await owner.post("/filings", { kind: "establishment", dossier: form });
  const path = `/my/filings/${id}/form/services`;
  const other = await who.context.newPage();
  await signIn(who, "demo-clinic");
  await page.goto(path);
  await other.goto(path);
  await other.locator("#opening_hours").fill("每日 8:00–12:00");
  await save(other);
  await page.locator("#opening_hours").fill("每日 14:00–18:00");
  const [met] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === "POST"),
    page.locator("main form button").last().click(),
  ]);
  assert.equal(met.status(), 409);
  await page.locator("#overtaken").waitFor();
  assert.equal(await page.locator("#opening_hours").inputValue(), "每日 14:00–18:00", "what was typed stands in the field");
  await page.getByText("每日 8:00–12:00").waitFor();
  await sound(who, base, `two versions (${lang})`, axe);
  await targets(who, `two versions (${lang})`);
  const filed = async () => (await owner.get(`/filings/${id}`)).dossier.opening_hours;
  assert.equal(await filed(), "每日 8:00–12:00", "nothing is written over");
  await save(page);
  assert.equal(await filed(), "每日 14:00–18:00", "saved knowingly, it counts");
  await who.context.close();
}

/** Submitted by a double click, gone back to, sent again: one case. */
async function twice(browser, base, look, owner, form) {
  const who = await visitor(browser, base, look);
  const { page } = who;
  const id = await ready(owner, form);
  const filing = `/my/filings/${id}`;
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/check")) sent.push(request.postData());
  });
  await signIn(who, "demo-clinic");
  await page.goto(`${filing}/check`);
  await declare(page);
  await page.locator("main form button").last().dblclick();
  await page.waitForURL(/\/done$/);
  const number = (await page.locator("main .number").first().innerText()).trim();
  const once = async (what) => {
    const { case_number: own, stage } = await owner.get(`/filings/${id}`);
    assert.deepEqual([own, stage], [number, "received"], what);
    assert.equal((await owner.get(`/filings/${id}/history`)).items.length, 1, `${what}: one submission`);
  };
  await once("a double click");
  // Back, and whatever is shown there is sent once more.
  await page.goBack();
  const button = page.locator('main form button[type="submit"]');
  if (await button.isVisible()) await button.click();
  await page.waitForURL(/\/(done|case)$/);
  assert.ok((await page.locator("main").innerText()).includes(number), "who goes back finds the case");
  await sound(who, base, `gone back to (${look.lang ?? "zh"})`, { axe: false });
  await once("gone back");
  const headers = { "content-type": "application/x-www-form-urlencoded", origin: base };
  const again = await page.request.post(`${filing}/check`, { data: sent[0], headers, maxRedirects: 0 });
  assert.deepEqual([again.status(), again.headers().location], [303, `${filing}/done`], "the same form, sent again");
  await once("sent again");
  await page.reload();
  await once("the page loaded anew");
  await who.context.close();
}

/** Two hundred people with the longest names: every page stays within a telephone, every finding is led to and mended. */
async function long(browser, base, owner, form) {
  const staff = Array.from({ length: 200 }, (_, n) => ({
    ...form.staff[0], name: name(n + 1), id_number: identity(n), practice_code: `2021370${String(n + 100).padStart(5, "0")}`,
  }));
  const broken = { 0: { id_number: "371502198001010000" }, 99: { name: "" }, 199: { id_number: "1" } };
  const dossier = { ...form, name: "蒋众多中医综合诊所", staff: staff.map((row, n) => ({ ...row, ...broken[n] })) };
  const { id } = await owner.post("/filings", { kind: "establishment", dossier });
  await materials(owner, id);
  const filing = `/my/filings/${id}`;
  const { findings } = await owner.get(`/filings/${id}/check`);
  const blocking = findings.filter(({ severity, pointer }) => severity === "error" && !pointer.startsWith("/declarations"));
  assert.ok(blocking.length >= Object.keys(broken).length, `${blocking.length} findings`);
  const who = await visitor(browser, base, { viewport: PHONE, script: false });
  const { page } = who;
  const seen = async (what) => {
    await sound(who, base, what, { axe: false });
    await targets(who, what);
  };
  await signIn(who, "demo-clinic");
  await page.goto(`${filing}/form/staff`);
  assert.equal(await page.locator(".items > li").count(), 200);
  assert.equal(await page.locator(".items .govuk-tag--yellow").count(), 3, "who is to be looked at is marked");
  await seen("a list of two hundred");
  await page.goto(`${filing}/form/staff/200`);
  await seen("the last of two hundred");
  await page.goto(filing);
  await seen("tasks with two hundred people");
  await page.goto(`${filing}/check`);
  await seen("the answers of two hundred people");

  // One by one, each from the page of answers and back there.
  const open = page.locator(".note.care li a");
  assert.equal(await open.count(), blocking.length, "every finding is shown");
  let left = blocking.length;
  while (left > 0) {
    await open.first().click();
    const row = Number(new URL(page.url()).pathname.match(/\/form\/staff\/(\d+)$/)[1]) - 1;
    assert.ok((await page.locator(".finding").count()) > 0, "the finding stands at its field");
    await seen("a person to be mended");
    for (const field of Object.keys(broken[row])) await page.locator(`#${field}`).fill(staff[row][field]);
    await save(page);
    await page.waitForURL(/\/check$/);
    const now = await open.count();
    assert.ok(now < left, `what was mended is gone: ${now} of ${left}`);
    left = now;
  }
  await declare(page);
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/done$/);
  await who.context.close();
}

export default async function lost({ browser, base, work }) {
  const [form, owner] = await Promise.all([example(base), api(base, "demo-clinic")]);
  await Promise.all([
    killed(browser, work),
    (async () => {
      for (const look of LOOKS) {
        await tabs(browser, base, look, owner, form);
        await twice(browser, base, look, owner, { ...form, name: look.lang ? "蒋再次中医综合诊所" : "蒋两次中医综合诊所" });
      }
      await long(browser, base, owner, form);
    })(),
  ]);
}
