// A clinic files from a phone: every page of the form, the check, the declaration, the notice, the certificate.

import assert from "node:assert/strict";
import { api, conclude, example, fill, materials, save, submit, write } from "../form.mjs";
import { DESKTOP, PHONE, signIn, sound, targets, visitor } from "../lib.mjs";

async function begin(page) {
  await page.goto("/my");
  await page.locator('form[action="/my/filings"] button').click();
  await page.waitForURL(/\/my\/filings\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}

export default async function filing({ browser, base }) {
  const form = await example(base);
  for (const look of [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }]) {
    const who = await visitor(browser, base, look);
    const { page } = who;
    const where = (name) => `${name} (${look.lang ?? "zh"})`;
    const axe = { axe: look.script !== false };
    await signIn(who, "demo-clinic");
    const path = await begin(page);
    const id = path.split("/").at(-1);
    await sound(who, base, where("tasks at the start"), axe);
    await targets(who, where("tasks at the start"));

    // What is wrong is told, and nothing that was typed is lost.
    await page.goto(`${path}/form/principal`);
    const day = form.principal.born_on.split("-");
    await fill(page, { ...form.principal, born_on: `${day[0]}-02-31` });
    await save(page);
    assert.ok(await page.locator(".govuk-error-summary").isVisible(), "a day that does not exist");
    assert.equal(await page.locator("#name").inputValue(), form.principal.name, "what was typed is still there");
    await sound(who, base, where("a wrong day"), axe);

    await write(page, path, { ...form, name: look.lang === "en" ? "李英文中医综合诊所" : form.name });
    await sound(who, base, where("the last page"), axe);
    await page.goto(path);
    await sound(who, base, where("tasks, written"), axe);
    const clinic = await api(base, "demo-clinic");
    await materials(clinic, id);
    const { findings } = await clinic.get(`/filings/${id}/check`);
    const blocking = findings.filter(({ severity, pointer }) => severity === "error" && !pointer.startsWith("/declarations"));
    assert.deepEqual(blocking, [], "what the pages wrote passes every rule");
    await page.goto(`${path}/check`);
    await sound(who, base, where("check your answers"), axe);
    // Nothing declared: each declaration is asked for.
    await page.locator("main form button").last().click();
    assert.ok((await page.locator(".govuk-error-summary li").count()) >= 2, "declarations are asked for");
    await submit(page, path);
    await sound(who, base, where("submitted"), axe);
    const number = (await page.locator("main .number").first().innerText()).trim();
    assert.match(number, /^BA-\d{6}-\d{4}-\d{6}$/, "a receipt number");

    // The notice leads to each place and back, until nothing is left.
    const officer = await api(base, "demo-officer");
    const defects = [
      { rule: "R-100", pointer: "/opening_hours", detail: "执业时间请写明午休时间。" },
      { rule: "R-100", pointer: "/principal/title", detail: "职称与证书不一致，请核对。" },
    ];
    await officer.act(id, { action: "request_correction", defects });
    await page.goto(`${path}/case`);
    await sound(who, base, where("a notice"), axe);
    assert.equal(await page.locator(".items > li").count(), 2, "every item of the notice");
    for (const [field, value] of [["opening_hours", "周一至周六 8:30–12:00、14:00–17:30"], ["title", "主任医师"]]) {
      await page.locator(".items .govuk-button:not(.govuk-button--secondary)").first().click();
      await page.locator(`#${field}`).fill(value);
      await save(page);
      await page.waitForURL(/\/case$/);
    }
    assert.equal(await page.locator(".items .govuk-tag--yellow").count(), 0, "nothing is left to correct");
    await submit(page, path);
    await conclude({ officer, approver: await api(base, "demo-approver") }, id);
    await page.goto(`${path}/case`);
    await sound(who, base, where("issued"), axe);
    const link = await page.locator('a[href^="/my/certificates/"]').getAttribute("href");
    const paper = await page.request.get(link);
    assert.equal(paper.status(), 200);
    assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-", "the certificate");
    await who.context.close();
  }
}
