// 经办人: invited by the owner, joined on a telephone of his own, writes and cannot submit; the owner submits and ends him.

import assert from "node:assert/strict";
import { api, example, fill, materials, save, submit } from "../form.mjs";
import { DESKTOP, PHONE, signIn, sound, targets, visitor } from "../lib.mjs";

const PASSWORD = "jing-ban-ren-de-mima-1";
const NAME = { zh: "孙经办", en: "周代理" };
const HOURS = "周一至周五 9:00–17:00";

async function walk(browser, base, look, form, owner_api) {
  const lang = look.lang ?? "zh";
  const [name, login] = [NAME[lang], `clerk-${lang}-${Date.now().toString(36)}`];
  const says = (zh, en) => (lang === "en" ? en : zh);
  const where = (what) => `${what} (${lang})`;
  const axe = { axe: look.script !== false };
  const owner = await visitor(browser, base, look);
  const clerk = await visitor(browser, base, look);
  const seen = async (who, what) => {
    await sound(who, base, where(what), axe);
    await targets(who, where(what));
  };

  // The owner gets a code, which is shown this once.
  await signIn(owner, "demo-clinic");
  await owner.page.locator('main a[href="/my/people"]').click();
  await owner.page.locator("main form button").last().click();
  await owner.page.locator(".govuk-error-summary").waitFor();
  await seen(owner, "an invitation without a name");
  await owner.page.locator("#name").fill(name);
  await owner.page.locator("main form button").last().click();
  const code = (await owner.page.locator("#code").innerText()).trim();
  await seen(owner, "the code");
  await owner.page.locator('main a[href="/my/people"]').last().click();
  await owner.page.locator(".govuk-summary-card", { hasText: name }).getByText(says("等待加入", "invited")).waitFor();
  assert.ok(!(await owner.page.content()).includes(code), "the code is not shown again");

  // The clerk joins on a device of his own; what is wrong is told, and what was typed stays, but for the password.
  await clerk.page.goto("/join");
  await clerk.page.locator("#code").fill("2222-2222-2222-2222-2222");
  await clerk.page.locator("#login").fill(login);
  await clerk.page.locator("#password").fill(PASSWORD);
  await clerk.page.locator('main form button[type="submit"]').last().click();
  await clerk.page.locator('.govuk-error-summary a[href="#code"]').waitFor();
  assert.equal(await clerk.page.locator("#login").inputValue(), login, "what was typed is still there");
  await seen(clerk, "a code that is none");
  await clerk.page.locator("#code").fill(code.toLowerCase());
  await clerk.page.locator("#password").fill(PASSWORD);
  await clerk.page.locator('main form button[type="submit"]').last().click();
  await clerk.page.waitForURL(/\/join\/done$/);
  await seen(clerk, "joined");

  // He goes on with what the owner began.
  const { id } = await owner_api.post("/filings", {
    kind: "establishment", dossier: { ...form, name: says("孙经办中医综合诊所", "周代理中医综合诊所"), opening_hours: "" },
  });
  await materials(owner_api, id);
  const filing = `/my/filings/${id}`;
  await signIn(clerk, login, PASSWORD);
  await clerk.page.goto("/my");
  assert.equal(await clerk.page.locator('main a[href="/my/people"]').count(), 0, "a clerk looks after no clerks");
  await seen(clerk, "the clerk's desk");
  assert.equal((await clerk.page.goto("/my/people")).status(), 403, "nor does he find them by their address");
  await clerk.page.goto("/my");
  await clerk.page.locator(`main a[href="${filing}"]`).click();
  await clerk.page.goto(`${filing}/form/services`);
  await fill(clerk.page, { ...form, opening_hours: HOURS });
  await save(clerk.page);
  await clerk.page.goto(`${filing}/check`);
  await clerk.page.getByText(says("请诊所负责人本人登录后核对并提交", "The holder of the account signs in")).waitFor();
  assert.equal(await clerk.page.locator("main form button").count(), 0, "no button that would be refused");
  await seen(clerk, "what a clerk checks");

  // The owner finds what the clerk wrote, and submits.
  await owner.page.goto(`${filing}/check`);
  await owner.page.getByText(HOURS).waitFor();
  await submit(owner.page, filing);
  await clerk.page.goto(`${filing}/case`);
  assert.equal(await clerk.page.locator('main a[href$="/withdraw"]').count(), 0, "a clerk withdraws nothing");

  // Ended while he has a page open: out at once, and not in again.
  await owner.page.goto("/my/people");
  await owner.page.locator(".govuk-summary-card", { hasText: login }).locator('a[href$="/end"]').click();
  await seen(owner, "before a clerk is ended");
  await owner.page.locator("main form button").click();
  await owner.page.waitForURL(/done=ended/);
  assert.equal(await owner.page.getByText(login).count(), 0, "he is on the list no more");
  await clerk.page.reload();
  await clerk.page.waitForURL(/\/signin/);
  await clerk.page.locator('input[name="login"]').fill(login);
  await clerk.page.locator('input[name="password"]').fill(PASSWORD);
  await clerk.page.locator("#password").press("Enter");
  await clerk.page.locator(".govuk-error-summary").waitFor();
  await sound(clerk, base, where("a clerk who was ended"), axe);
  await owner.context.close();
  await clerk.context.close();
}

export default async function clerks({ browser, base }) {
  const [form, owner] = await Promise.all([example(base), api(base, "demo-clinic")]);
  const looks = [{ viewport: PHONE, script: false }, { viewport: DESKTOP, lang: "en" }];
  await Promise.all(looks.map((look) => walk(browser, base, look, form, owner)));
}
