// A report from the public: everything that is wrong at once, then a number to follow it by.

import assert from "node:assert/strict";
import { DESKTOP, PHONE, sound, visitor } from "../lib.mjs";

export default async function report({ browser, base, about }) {
  const [number] = Object.values(about.clinics);
  for (const look of [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }]) {
    const who = await visitor(browser, base, look);
    const { page } = who;
    await page.goto("/report");
    await page.locator("main form button").last().click();
    await sound(who, base, "an empty report", { axe: look.script !== false });
    const summary = page.locator('.govuk-error-summary, [role="alert"]').first();
    assert.ok(await summary.isVisible(), "a summary of what is wrong");
    const targets = await summary.locator("a[href^='#']").evaluateAll((links) =>
      links.filter((link) => !document.querySelector(link.getAttribute("href"))).map((link) => link.outerHTML));
    assert.deepEqual(targets, [], "each error leads to its field");
    await page.locator('input[name="kind"]').first().check();
    await page.locator('input[name="clinic"]').fill(number);
    const hostile = '"><img src=x onerror=alert(1)> 上门推销保健品，收费不开票，态度恶劣。';
    await page.locator('textarea[name="details"]').fill(hostile);
    await page.locator("main form button").last().click();
    await page.locator("h1").waitFor();
    const text = await page.locator("main").innerText();
    const reference = text.match(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2,4}\b/)?.[0];
    assert.ok(reference, `a reference number in: ${text.slice(0, 300)}`);
    assert.equal(await page.locator("main img").count(), 0, "what was typed is text");
    await page.goto("/report/follow");
    await page.locator('input[name="reference"]').fill(reference.toLowerCase());
    await page.keyboard.press("Enter");
    await page.getByText(reference).first().waitFor();
    await sound(who, base, "a report followed", { axe: look.script !== false });
    await who.context.close();
  }
}
