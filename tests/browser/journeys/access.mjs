// Signing in, registering, and what a session is worth.

import assert from "node:assert/strict";
import { DESKTOP, PHONE, signIn, signOut, sound, visitor } from "../lib.mjs";

export default async function access({ browser, base }) {
  for (const look of [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }]) {
    const who = await visitor(browser, base, look);
    const { page } = who;
    // Asked for before signing in, shown after it.
    await page.goto("/account");
    await page.waitForURL(/\/signin/);
    await page.locator('input[name="login"]').fill("demo-clinic");
    await page.locator('input[name="password"]').fill("wrong password here");
    await page.locator("main form button").last().click();
    assert.ok(await page.locator(".govuk-error-summary").isVisible(), "told that it was wrong");
    assert.equal(await page.locator('input[name="password"]').inputValue(), "", "a password is never sent back");
    await sound(who, base, "wrong password", { axe: look.script !== false });
    await signIn(who, "demo-clinic");
    await page.goto("/account");
    await sound(who, base, "account", { axe: look.script !== false });
    const cookies = await who.context.cookies();
    const session = cookies.find((cookie) => cookie.name === "session");
    assert.ok(session?.httpOnly && session.sameSite === "Lax", JSON.stringify(session));
    // A session that was ended elsewhere is worth nothing, and what was sent with it does nothing.
    await signOut(who);
    await page.goto("/account");
    await page.waitForURL(/\/signin/);
    await letIn(who, base, { axe: look.script !== false });
    await who.context.close();
  }
}

/** The office finds a clinic's account and hands over a recovery code; the form to close it says no without a reason. */
async function letIn(who, base, axe) {
  const { page } = who;
  await signIn(who, "demo-officer");
  await page.goto("/account");
  await page.locator('a[href="/account/people"]').click();
  const send = () => page.locator("main form button").last().click();
  await page.locator('input[name="sought"]').fill("x");
  await send();
  assert.ok(await page.locator(".govuk-error-summary").isVisible(), "too little to look for");
  await page.locator('input[name="sought"]').fill("demo-clinic");
  await send();
  await sound(who, base, "people found", axe);
  assert.ok(!page.url().includes("demo-clinic"), "who is looked for stands in no address");
  await page.locator('main li a[href^="/account/people/"]').first().click();
  await sound(who, base, "person", axe);
  await page.locator('input[name="reason"]').fill("no");
  await send();
  assert.ok(await page.locator(".govuk-error-summary").isVisible(), "no reason");
  await page.locator('input[name="reason"]').fill("本人持身份证到窗口，手机丢失");
  await send();
  assert.match(await page.locator("#code").textContent(), /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
  await sound(who, base, "recovery code", axe);
  await page.locator('main a[role="button"]').click();
  assert.equal(await page.locator("#code").count(), 0, "shown once");
  await page.locator('main a[href$="/close"]').click();
  await send();
  assert.ok(await page.locator(".govuk-error-summary").isVisible(), "nothing is closed without a reason");
  await sound(who, base, "close", axe);
}
