// After issue: the clinic's page, its papers and codes, and every journey that begins there, walked to its end.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { api, conclude, example, fill, materials, ONLINE, ready, save, submit, write } from "../form.mjs";
import { DESKTOP, PHONE, signIn, sound, targets, visitor } from "../lib.mjs";

/** A day as the fields of a form have it, counted from today in China. */
const day = (from) => new Date(Date.now() + 8 * 3_600_000 + from * 86_400_000).toISOString().slice(0, 10);

const decoded = (file) => execFileSync("zbarimg", ["-q", "--raw", "-Sdisable", "-Sqrcode.enable", file]).toString().trim();

/** The text of a paper, without blanks, and what its code says. */
async function paper(page, path, file) {
  const answer = await page.request.get(path);
  assert.equal(answer.status(), 200, path);
  await writeFile(`${file}.pdf`, await answer.body());
  execFileSync("pdftoppm", ["-r", "150", "-png", "-singlefile", `${file}.pdf`, file]);
  const text = execFileSync("pdftotext", ["-layout", `${file}.pdf`, "-"]).toString().replace(/\s/g, "");
  return { text, code: decoded(`${file}.png`) };
}

/** A whole form with 互联网诊疗: the other clinic's part of it, and its physician. */
async function online(base, form) {
  const other = await api(base, "demo-clinic-2");
  const { items } = await other.get("/filings?kind=change&limit=100");
  const filed = await Promise.all(items.map(({ id }) => other.get(`/filings/${id}`)));
  const model = filed.find(({ dossier }) => dossier?.telemedicine).dossier;
  return {
    ...form,
    service_modes: [...form.service_modes, "telemedicine"],
    staff: [...form.staff, ...model.staff.filter(({ telemedicine }) => telemedicine)],
    telemedicine: { ...model.telemedicine, subjects: form.subjects.slice(0, 1), signed_by: form.principal.name },
  };
}

/** The owner's page of a clinic, and what is done from there. */
class Clinic {
  constructor(who, base, number, offices, look) {
    Object.assign(this, { who, page: who.page, base, number, offices, look, own: `/my/clinics/${number}` });
    this.says = (zh, en) => (look.lang === "en" ? en : zh);
  }

  async seen(what) {
    const where = `${what} (${this.look.lang ?? "zh"})`;
    await sound(this.who, this.base, where, { axe: this.look.script !== false });
    await targets(this.who, where);
  }

  async stands(zh, en) {
    await this.page.goto(this.own);
    assert.ok((await this.page.locator("#stands").innerText()).includes(this.says(zh, en)), `${this.number} stands as ${en}`);
  }

  /** Begins what a button of the clinic's page begins; answers the filing's address. */
  async begin(kind, journey = "") {
    await this.page.goto(this.own);
    const offered = this.page.locator("form.journey").filter({ has: this.page.locator(`input[name="kind"][value="${kind}"]`) });
    await offered.filter({ has: this.page.locator(`input[name="journey"][value="${journey}"]`) }).locator("button").click();
    await this.page.waitForURL(/\/my\/filings\/[0-9a-f-]{36}$/);
    return new URL(this.page.url()).pathname;
  }

  /** Submits a filing on its pages; the office decides. */
  async through(filing) {
    const id = filing.split("/").at(-1);
    await materials(this.offices.clinic, id);
    await submit(this.page, filing);
    await conclude(this.offices, id);
  }

  /** A filing that says what happens from when, and why. */
  async file(kind, matter, records) {
    const filing = await this.begin(kind);
    await this.page.goto(`${filing}/form/matter`);
    await fill(this.page, { effective_on: day(0), reason: "诊室改造。", ...matter });
    await save(this.page);
    if (records) {
      await this.page.goto(`${filing}/form/records`);
      await fill(this.page, records);
      await save(this.page);
    }
    await this.page.goto(filing);
    await this.seen(`${kind}, written`);
    await this.through(filing);
  }
}

/** The certificate, the code, a copy for one purpose. */
async function papers(clinic, form, file) {
  const { page, own, says } = clinic;
  await page.goto(own);
  await clinic.seen("the clinic's page");
  const certificate = await page.locator('a.govuk-button[href^="/my/certificates/"]').getAttribute("href");
  const { text, code } = await paper(page, certificate, `${file}-certificate`);
  assert.ok(text.includes(form.name) && text.includes(clinic.number), "the certificate says whose it is");
  const picture = await page.request.get(`${own}/code`);
  assert.equal(picture.headers()["content-type"], "image/png");
  await writeFile(`${file}-code.png`, await picture.body());
  assert.equal(decoded(`${file}-code.png`), code, "the picture says what the certificate's code says");
  await page.goto(code);
  assert.match(await page.locator("h1").innerText(), says(/有效/, /Valid/));

  await page.goto(`${own}/copies`);
  await page.locator("main form button").last().click();
  await page.locator('.govuk-error-summary a[href="#purpose"]').waitFor();
  await clinic.seen("a copy for nothing");
  await fill(page, { purpose: "医保定点申请", recipient: "聊城市医疗保障局", until: day(60) });
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/copies$/);
  await page.locator('form[action$="/withdraw"]').waitFor();
  await clinic.seen("a copy");
  const copy = await paper(page, await page.locator('main .items a[href^="/my/copies/"]').getAttribute("href"), `${file}-copy`);
  assert.ok(copy.text.includes("医保定点申请") && copy.text.includes("聊城市医疗保障局"), "the copy says what it is for");
  assert.notEqual(copy.code, code, "a copy has a code of its own");
  await page.goto(copy.code);
  assert.ok((await page.locator("main").innerText()).includes("医保定点申请"), "who scans it reads what it is for");
  const before = await page.locator("h1").innerText();
  await page.goto(`${own}/copies`);
  await page.locator('form[action$="/withdraw"] button').click();
  await page.getByText(says("已收回", "taken back"), { exact: true }).waitFor();
  assert.equal(await page.locator('form[action$="/withdraw"]').count(), 0, "it is taken back once");
  // A page of verification may be a minute old: who looks anew is told as it stands.
  await page.goto(copy.code);
  await page.reload();
  assert.notEqual(await page.locator("h1").innerText(), before, "who scans it now is told otherwise");
  await clinic.seen("a copy that was taken back");
}

/** One tap says that all is still right, and the public reads it. */
async function confirmed(clinic) {
  const { page, own, number, says } = clinic;
  const public_ = `/clinics/${number}`;
  const today = says("今天确认过", "confirmed today");
  await page.goto(public_);
  assert.equal(await page.getByText(today).count(), 0);
  await page.goto(own);
  await page.locator('form[action$="/confirm"] button').click();
  await page.waitForURL(/done=confirmed/);
  await clinic.seen("confirmed");
  await page.locator(`main a[href="${public_}"]`).click();
  await page.reload();
  await page.getByText(today).waitFor();
}

/** 互联网诊疗: what is missing is told before anything is begun; written on its pages; taken out again. */
async function telemedicine(clinic, form) {
  const { page, own, says } = clinic;
  const whole = await online(clinic.base, form);
  await page.goto(own);
  await page.locator(`main a[href="${own}/telemedicine"]`).click();
  assert.ok((await page.locator(".finding").count()) > 3, "what is missing is told first");
  await clinic.seen("what telemedicine lacks");
  await page.locator('form[action="/my/filings"] button').click();
  await page.waitForURL(/\/my\/filings\/[0-9a-f-]{36}$/);
  const filing = new URL(page.url()).pathname;
  await clinic.seen("telemedicine begun");
  await write(page, filing, whole, [["staff", "staff"], ...ONLINE]);
  await clinic.through(filing);
  await page.goto(`/clinics/${clinic.number}`);
  const public_ = async () => (await clinic.offices.clinic.get(`/clinics/${clinic.number}`)).telemedicine;
  assert.equal(await public_(), true, "the public reads that it treats online");
  await page.goto(own);
  await page.locator(".online.yes").waitFor();
  await clinic.seen("a clinic that treats online");
  await clinic.through(await clinic.begin("change", "no_telemedicine"));
  assert.equal(await public_(), false, "and that it does no more");
  await page.goto(own);
  await page.getByText(says("增加互联网诊疗", "Add telemedicine")).waitFor();
}

async function walk(browser, base, work, look, form, offices) {
  const who = await visitor(browser, base, look);
  await signIn(who, "demo-clinic");
  const id = await ready(offices.clinic, form);
  await submit(who.page, `/my/filings/${id}`);
  await conclude(offices, id);
  await who.page.goto(`/my/filings/${id}/case`);
  await who.page.locator('main a[href^="/my/clinics/"]').click();
  const number = new URL(who.page.url()).pathname.split("/").at(-1);
  const clinic = new Clinic(who, base, number, offices, look);
  await papers(clinic, form, `${work}/after-${look.lang ?? "zh"}`);
  await confirmed(clinic);
  await telemedicine(clinic, form);

  await clinic.file("suspension", { until: day(60), suspension_reason: "rebuilding" });
  await clinic.stands("停业", "Suspended");
  await clinic.seen("a clinic that is suspended");
  await clinic.file("resumption");
  await clinic.stands("有效", "Active");
  await clinic.file("reissue", { reason: "凭证遗失，已声明。" });
  await clinic.stands("有效", "Active");
  await who.page.getByText(clinic.says("（第2份）", "(copy 2)")).waitFor();
  await clinic.file("closure", {}, {
    records_kept_at: "东城街道社区卫生服务中心", records_phone: "0635-0000001", medicines_disposal: "已退回供货单位。",
  });
  await who.page.goto(clinic.own);
  assert.equal(await who.page.locator('form[action="/my/filings"]').count(), 0, "nothing more is filed of it");
  await clinic.seen("a clinic that has closed");
  await who.context.close();
}

export default async function after({ browser, base, work }) {
  const form = await example(base);
  const offices = Object.fromEntries(await Promise.all(["clinic", "officer", "approver"].map(async (role) => [role, await api(base, `demo-${role}`)])));
  const through = (look, name) => walk(browser, base, work, look, { ...form, name }, offices);
  await Promise.all([
    through({ viewport: PHONE, script: false }, "蒋备后中医综合诊所"),
    through({ viewport: DESKTOP, lang: "en" }, "蒋后续中医综合诊所"),
  ]);
}
