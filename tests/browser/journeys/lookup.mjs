// Somebody looks a clinic up: by name, pinyin and number, with the keyboard alone, and reports it.

import assert from "node:assert/strict";
import { PHONE, sound, visitor } from "../lib.mjs";

export default async function lookup({ browser, base, about }) {
  const [number] = Object.values(about.clinics);
  for (const script of [true, false]) {
    const who = await visitor(browser, base, { script, viewport: PHONE });
    const { page } = who;
    await page.goto("/");
    await page.locator('form[action="/clinics"] input[name="q"]').first().focus();
    await page.keyboard.type("zs");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/clinics\?/);
    await sound(who, base, "lookup by initials", { axe: false });
    assert.ok((await page.locator('main a[href^="/clinics/"]').count()) > 0, "clinics by initials");
    await page.goto("/clinics");
    await page.locator('input[name="q"]').first().fill(number);
    await page.keyboard.press("Enter");
    // A number leads straight to its clinic.
    await page.waitForURL(new RegExp(`/clinics/${number}`));
    await page.locator('main a[href^="/report?clinic="]').first().click();
    await page.waitForURL(/\/report/);
    assert.equal((await page.locator('input[name="clinic"]').inputValue()).replaceAll("-", ""), number.replaceAll("-", ""));
    await who.context.close();
  }
  const who = await visitor(browser, base, { lang: "en" });
  await who.page.goto("/clinics?q=%E8%AF%8A%E6%89%80");
  assert.equal(await who.page.locator("html").getAttribute("lang"), "en");
  await who.context.close();
}
