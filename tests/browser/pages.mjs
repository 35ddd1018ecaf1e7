// Every page with every state worth seeing, of the running demonstration. Names are those of pictures.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";

/** A new draft of the demonstration's clinic; answers its id. Each has a key of its own unless one is named. */
export async function draft(base, key = crypto.randomUUID()) {
  const post = async (path, body, headers = {}) => {
    const answer = await fetch(`${base}/api/v1${path}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { token } = await post("/sessions", { login: "demo-clinic", password: "clinic-filing-demo" });
  const dossier = { clinic_type: "general", name: "东昌府区运河诊所", premises: { tenure: "leased" } };
  const filing = await post("/filings", { kind: "establishment", dossier }, { authorization: `Bearer ${token}`, "Idempotency-Key": key });
  return filing.id;
}

/** What the demonstration has: a certificate, its codes, and clinics, certificates, copies and papers in each state. */
export async function sample(base, work) {
  const api = async (path, { token, ...init } = {}) => {
    const bearer = token ? { authorization: `Bearer ${token}` } : {};
    const headers = { "content-type": "application/json", ...bearer, ...init.headers };
    const answer = await fetch(`${base}/api/v1${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const post = (path, body, more = {}) => api(path, { method: "POST", body: JSON.stringify(body), ...more });
  const signed = async (login) => (await post("/sessions", { login, password: "clinic-filing-demo" })).token;

  await writeFile(`${work}/browser.pdf`, Buffer.from(await (await fetch(`${base}/demo/certificate.pdf`)).arrayBuffer()));
  execFileSync("pdftoppm", ["-r", "150", "-png", "-singlefile", `${work}/browser.pdf`, `${work}/browser`]);
  const code = execFileSync("zbarimg", ["-q", "--raw", "-Sdisable", "-Sqrcode.enable", `${work}/browser.png`]).toString().trim();

  const { items } = await api("/clinics?limit=100");
  const clinics = {};
  for (const clinic of items) clinics[`${clinic.state}${clinic.telemedicine ? "-online" : ""}`] ??= clinic.number;

  // An officer sees every certificate; a clinic makes copies of its own.
  const officer = await signed("demo-approver");
  const issued = async (token) => {
    const { items } = await api("/filings?limit=100", { token });
    return Promise.all(items.flatMap(({ certificate_id: id }) => (id ? [api(`/certificates/${id}`, { token })] : [])));
  };
  const certificates = {};
  for (const one of await issued(officer)) certificates[one.clinic_state === "active" ? one.state : one.clinic_state] ??= one.short_code;
  const holder = await signed("demo-clinic");
  const own = (await issued(holder)).find((one) => one.clinic_state === "active" && one.state === "current").id;
  const copied = async (key, purpose) => {
    const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    const headers = { "Idempotency-Key": `picture-${key}` };
    return post(`/certificates/${own}/copies`, { purpose, recipient: "聊城市医疗保障局", expires_on: day }, { token: holder, headers });
  };
  const copies = { copy: await copied("good", "医保定点申请"), "copy-withdrawn": await copied("taken-back", "签订租赁合同") };
  if (!copies["copy-withdrawn"].withdrawn_at) {
    await post(`/copies/${copies["copy-withdrawn"].id}/withdrawal`, {}, { token: holder, headers: { "Idempotency-Key": "picture-withdrawal" } });
  }
  for (const [name, copy] of Object.entries(copies)) certificates[name] = copy.short_code;

  const papers = {};
  for (const { id, kind } of (await api("/papers?limit=100", { token: officer })).items) {
    if (kind !== "copy") papers[kind] ??= (await api(`/papers/${id}`, { token: officer })).short_code;
  }
  const { id: account } = await api("/accounts/demo-clinic", { token: await signed("demo-officer") });
  const filings = {};
  for (const { id, stage } of (await api("/filings?limit=100", { token: holder })).items) filings[stage] = id;
  const filing = await draft(base, "picture-draft");
  const { clinic } = await api(`/filings/${filings.issued}`, { token: holder });
  return { code: new URL(code).pathname, clinics, certificates, papers, account, filings, filing, clinic };
}

/** Pages that nobody signs in for: name and address. */
export function open({ code, clinics, certificates, papers }) {
  const named = (before, way, of) => Object.entries(of).map(([state, at]) => [`${before}-${state}`, `${way}${at}`]);
  return [
    ["home", "/"],
    ["check-form", "/v"],
    ["check-form-empty", "/v?code="],
    ["check-scanned", code],
    ["check-forged", `${code.slice(0, -3)}${code.endsWith("111") ? "222" : "111"}`],
    ["check-damaged", `${code.slice(0, -40)}`],
    ["check-unreadable", "/v/1"],
    ["check-foreign", "/v/%E4%BD%A0%E5%A5%BD"],
    // Twelve of what stands for nought: its check character fits.
    ["check-unknown", "/v/2222-2222-2222"],
    ["check-mistyped", "/v/2222-2222-2223"],
    ...named("check", "/v/", certificates),
    ...named("paper", "/p/", papers),
    ["paper-unknown", "/p/2222-2222-2222"],
    ["offline", "/check-offline"],
    ["clinics", "/clinics"],
    ["clinics-found", "/clinics?q=%E8%AF%8A%E6%89%80&state=active"],
    ["clinics-none", "/clinics?q=zzzzzz"],
    ["clinics-none-filtered", "/clinics?q=zzzzzz&state=active&clinic_type=dental"],
    ["clinics-no-number", "/clinics?q=PDY99999937150217D2112"],
    ["clinics-elsewhere", "/clinics?q=https%3A%2F%2Fexample.com%2Fv%2F12345"],
    ["clinics-near", "/clinics/near"],
    ...named("clinic", "/clinics/", clinics),
    ["clinic-missing", "/clinics/PDY99999937150217D2112"],
    ["telemedicine", "/telemedicine"],
    ["telemedicine-none", "/telemedicine?platform=zzzz"],
    ["announcements", "/announcements"],
    ["announcements-none", "/announcements?clinic=PDY99999937150217D2112"],
    ["guide", "/guide"],
    ["guide-check", "/guide/check"],
    ["guide-check-questions", "/guide/check?wish=both"],
    ...["establishment", "telemedicine", "change", "suspension", "closure", "reissue"].map((one) => [`guide-${one}`, `/guide/${one}`]),
    ["report", "/report"],
    ["report-clinic", `/report?clinic=${Object.values(clinics)[0]}`],
    ["report-follow", "/report/follow"],
    ["problems", "/problems"],
    ["problem", "/problems/resource.not_found"],
    ["docs", "/docs"],
    ["operation", "/docs/filing_create"],
    ["missing", "/nowhere"],
    ["signin", "/signin"],
    ["signup", "/signup"],
    ["recover", "/recover"],
    ["design", "/design"],
  ];
}

/** Pages of a clinic that is signed in. */
export const own = ({ filing, clinic, filings: { draft, correcting, issued } }) => [
  ["desk", "/my"],
  ["filing-tasks", `/my/filings/${draft}`],
  ...["type", "name", "address", "applicant", "principal", "staff", "staff/1", "services", "premises", "rooms", "rooms/1", "equipment"]
    .map((section) => [`filing-${section.replace("/", "-")}`, `/my/filings/${draft}/form/${section}`]),
  ["filing-staff-new", `/my/filings/${draft}/form/staff/2`],
  ["filing-check", `/my/filings/${draft}/check`],
  ["filing-withdraw", `/my/filings/${draft}/withdraw`],
  ["case-correcting", `/my/filings/${correcting}/case`],
  ["case-issued", `/my/filings/${issued}/case`],
  ["filing-done", `/my/filings/${issued}/done`],
  ["inbox", "/my/inbox"],
  ["contacts", "/my/contacts"],
  ["members", "/my/people"],
  ["clinic-own", `/my/clinics/${clinic}`],
  ["clinic-own-telemedicine", `/my/clinics/${clinic}/telemedicine`],
  ["clinic-own-copies", `/my/clinics/${clinic}/copies`],
  ["materials", `/my/filings/${filing}/materials`],
  ["account", "/account"],
  ["account-password", "/account/password"],
  ["account-second-factor", "/account/second-factor"],
  ["account-tokens", "/account/tokens"],
];

/** Sends a form that the page does not have. */
async function sent(page, action, fields) {
  const send = page.evaluate(([to, values]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: to });
    for (const [name, value] of Object.entries(values)) form.append(Object.assign(document.createElement("input"), { name, value, type: "hidden" }));
    document.body.append(form);
    form.submit();
  }, [action, fields]);
  await Promise.all([page.waitForEvent("load"), send]);
}

/** Pages that somebody comes to by doing something: name and what is done. */
export function acts({ clinics }) {
  const [number] = Object.values(clinics);
  return [
    ["report-wrong", async (page) => {
      await page.goto("/report");
      await page.locator("main form button").last().click();
      await page.locator(".govuk-error-summary").waitFor();
    }],
    ["report-receipt", async (page) => {
      await page.goto("/report");
      await page.locator('input[name="kind"]').first().check();
      await page.locator('input[name="clinic"]').fill(number);
      await page.locator('textarea[name="details"]').fill("上门推销保健品，收费不开票，态度恶劣。");
      await page.locator("main form button").last().click();
      await page.locator(".reference").waitFor();
    }],
    ["report-followed", async (page) => {
      await page.locator("main form button").first().click();
      await page.locator(".timeline").waitFor();
    }],
    ["report-follow-wrong", async (page) => {
      await page.goto("/report/follow");
      await page.locator('input[name="reference"]').fill("BBBB-BBBB-BBBB");
      await page.locator("main form button").first().click();
      await page.locator(".govuk-error-summary").waitFor();
    }],
    ["clinics-filters", async (page) => {
      await page.goto("/clinics?q=%E4%B8%AD%E5%8C%BB&state=active&online=yes");
      await page.locator("main details summary").click();
    }],
    ["clinics-near-found", async (page) => {
      await page.goto("/clinics/near");
      await sent(page, "/clinics/near", { latitude: "36.44", longitude: "116.0" });
    }],
    ["clinics-near-wrong", async (page) => {
      await page.goto("/clinics/near");
      await sent(page, "/clinics/near", { latitude: "", longitude: "" });
    }],
    ["offline-refused", async (page) => {
      await page.goto("/check-offline");
      await page.locator("#offline").waitFor();
      await page.locator("#text").fill("123");
      await page.locator("#typed button").click();
      await page.locator("#result > *").first().waitFor();
    }],
    ["signup-wrong", async (page) => {
      await page.goto("/signup");
      await page.locator("main form button").last().click();
      await page.locator(".govuk-error-summary").waitFor();
    }],
  ];
}

/** The same of somebody who is signed in. */
export const ownActs = [
  ["refused", async (page) => {
    await page.goto("/account");
    await sent(page, "/account/password", { form_token: "x" });
  }],
];

/** Pages of an officer. */
export const office = ({ account }) => [
  ["office-account", "/account"],
  ["people", "/account/people"],
  ["person", `/account/people/${account}`],
  ["person-close", `/account/people/${account}/close`],
];
