// 消息: an address is confirmed, every step is told in the inbox and by e-mail, each message leads to its place.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { api, conclude, declare, example, ready } from "../form.mjs";
import { DESKTOP, PHONE, signIn, sound, targets, until, visitor } from "../lib.mjs";

/** The letters to somebody, as the file sink of the demonstration keeps them. */
async function letters(work, to) {
  const names = await readdir(`${work}/data/outbox`).catch(() => []);
  const files = names.filter((name) => !name.startsWith(".") && name.endsWith(".eml"));
  const texts = await Promise.all(files.map((name) => readFile(`${work}/data/outbox/${name}`, "utf8")));
  return texts.filter((text) => text.includes(`To: ${to}`)).map(body);
}

/** What a letter says. */
function body(letter) {
  const [head, ...rest] = letter.split("\r\n\r\n");
  const text = rest.join("\r\n\r\n");
  if (/base64/i.test(head)) return Buffer.from(text, "base64").toString();
  if (!/quoted-printable/i.test(head)) return text;
  const bytes = text.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

export default async function inbox({ browser, base, work }) {
  const form = await example(base);
  const [owner, officer, approver] = await Promise.all(["demo-clinic", "demo-officer", "demo-approver"].map((login) => api(base, login)));
  for (const look of [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }]) {
    const who = await visitor(browser, base, look);
    const { page } = who;
    const lang = look.lang ?? "zh";
    const says = (zh, en) => (lang === "en" ? en : zh);
    const seen = async (what) => {
      await sound(who, base, `${what} (${lang})`, { axe: look.script !== false });
      await targets(who, `${what} (${lang})`);
    };
    const address = `li.${lang}.${Date.now().toString(36)}@example.com`;
    await signIn(who, "demo-clinic");

    // An address is told nothing before the code that was sent there comes back.
    await page.goto("/my/inbox");
    await page.locator('main a[href="/my/contacts"]').click();
    await page.locator("#email-address").fill("li@");
    await page.locator('form[action="/my/contacts/email"] button').click();
    await page.locator('.govuk-error-summary a[href="#email-address"]').waitFor();
    assert.equal(await page.locator("#email-address").inputValue(), "li@", "what was typed is still there");
    await seen("an address that is none");
    await page.locator("#email-address").fill(address);
    await page.locator('form[action="/my/contacts/email"] button').click();
    await page.waitForURL(/done=sent/);
    assert.ok(!(await page.content()).includes(address), "the address is not shown in full");
    const code = (await until("a code", () => letters(work, address)))[0].match(/\b\d{6}\b/)[0];
    const confirm = page.locator('form[action="/my/contacts/email/confirm"]');
    await page.locator("#email-code").fill(code.replace(/\d$/, (last) => String((Number(last) + 1) % 10)));
    await confirm.locator("button").click();
    await page.locator('.govuk-error-summary a[href="#email-code"]').waitFor();
    await seen("a wrong code");
    await page.locator("#email-code").fill(code);
    await confirm.locator("button").click();
    await page.waitForURL(/done=confirmed/);
    await seen("an address in use");

    // Nothing unread to begin with.
    await page.goto("/my/inbox");
    const all = page.locator('form[action="/my/inbox/read"] button');
    if (await all.isVisible()) await all.click();
    await page.getByText(says("没有未读消息", "There are no unread messages")).waitFor();

    // Submitted, to be corrected, submitted again, issued: each is told, here and by e-mail.
    const id = await ready(owner, { ...form, name: says("李消息中医综合诊所", "李音信中医综合诊所") });
    await page.goto(`/my/filings/${id}/check`);
    await declare(page);
    await page.locator("main form button").last().click();
    await page.waitForURL(/\/done$/);
    const number = (await page.locator("main .number").first().innerText()).trim();
    await officer.act(id, { action: "request_correction", defects: [{ rule: "R-100", pointer: "/opening_hours", detail: "请写明午休时间。" }] });
    await page.goto("/my");
    await page.getByText(says("2条未读", "2 unread")).waitFor();
    await page.locator('main a[href="/my/inbox"]').click();
    await seen("two messages");
    const own = page.locator("main li").filter({ hasText: number });
    assert.equal(await own.count(), 2, "both steps are told");

    // The message of the notice leads to the item; it is read then, and what it asks for is mended from there.
    await own.filter({ hasText: says("补正1项", "1 corrections") }).locator("a").click();
    await page.waitForURL(new RegExp(`/my/filings/${id}/case$`));
    await page.locator(".items .govuk-button").first().click();
    await page.locator("#opening_hours").fill("周一至周六 8:30–12:00、14:00–17:30");
    await page.locator("main form button").last().click();
    await page.waitForURL(/\/case$/);
    await page.goto("/my/inbox");
    await page.getByText(says("未读", "Unread"), { exact: true }).waitFor();
    await page.goto("/my");
    await page.getByText(says("1条未读", "1 unread")).waitFor();
    await page.goto(`/my/filings/${id}/check`);
    await declare(page);
    await page.locator("main form button").last().click();
    await page.waitForURL(/\/done$/);
    await conclude({ officer, approver }, id);
    await page.goto("/my/inbox");
    await page.locator("main li").filter({ hasText: number }).filter({ hasText: says("已办结", "is done") }).locator("a").click();
    await page.waitForURL(new RegExp(`/my/filings/${id}/case$`));
    await page.locator('a[href^="/my/certificates/"]').waitFor();

    const told = await until("four letters", async () => {
      const list = (await letters(work, address)).filter((text) => text.includes(number));
      return list.length >= 4 && list;
    });
    for (const word of ["已提交", "补正1项", "已办结"]) assert.ok(told.some((text) => text.includes(word)), `${word} by e-mail: ${told}`);
    for (const text of told) assert.ok(!text.includes(form.principal.name) && !text.includes(form.principal.id_number), "nobody is named by e-mail");

    // All read at one tap, and still there.
    await page.goto("/my/inbox");
    await page.locator('form[action="/my/inbox/read"] button').click();
    await page.getByText(says("没有未读消息", "There are no unread messages")).waitFor();
    assert.ok((await page.locator("main li").filter({ hasText: number }).count()) >= 4, "what was read stays");
    await seen("all read");
    await page.goto("/my");
    assert.equal(await page.getByText(says("条未读", " unread")).count(), 0, "nothing is counted");

    // Taken out again: nothing is sent there any more.
    await page.goto("/my/contacts");
    await page.locator('form[action="/my/contacts/email/remove"] button').click();
    await page.waitForURL(/done=removed/);
    await page.locator("#email-address").waitFor();
    await seen("an address taken out");
    await who.context.close();
  }
}
