// Signing in, registering, and what a session is worth.

import assert from "node:assert/strict";
import { DESKTOP, PHONE, signIn, sound, visitor } from "../lib.mjs";

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
    await page.locator('form[action="/signout"] button').first().click();
    await page.goto("/account");
    await page.waitForURL(/\/signin/);
    await who.context.close();
  }
}
