// Fills in the pages of a filing from a whole form, as the contract's example has it: by the names of the fields.

import assert from "node:assert/strict";

/** The sections in the order of the pages: code, and where its part of the form stands. */
export const SECTIONS = [
  ["type", ""], ["name", ""], ["address", ""], ["applicant", ""], ["principal", "principal"], ["staff", "staff"],
  ["services", ""], ["premises", "premises"], ["rooms", "premises.rooms"], ["equipment", ""],
];

/** The sections that 互联网诊疗 adds. */
export const ONLINE = [
  ["online", "telemedicine"], ["partner", "telemedicine.partner"], ["systems", "telemedicine"], ["safeguards", "telemedicine"],
];

const PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

const at = (form, path) => path.split(".").filter(Boolean).reduce((part, key) => part?.[key], form);

/** Types into every field of the page what `part` says. */
export async function fill(page, part) {
  const names = await page.locator("main form [name]").evaluateAll((fields) => [...new Set(fields.map((field) => field.name))]);
  for (const name of names) {
    if (["form_token", "mark", "back", "new", "key"].includes(name)) continue;
    const day = name.match(/^(.*)-(year|month|day)$/);
    const value = at(part, (day?.[1] ?? name).replaceAll("-", "."));
    const field = page.locator(`main form [name="${name}"]`);
    if (day) {
      const text = value ? String(Number(value.split("-")[["year", "month", "day"].indexOf(day[2])])) : "";
      await field.fill(text);
      continue;
    }
    const kind = await field.first().evaluate((one) => (one.tagName === "SELECT" ? "select" : one.type));
    if (kind === "radio") {
      if (value) await field.and(page.locator(`[value="${value}"]`)).check();
    } else if (kind === "checkbox") {
      const wanted = value === true ? ["true"] : Array.isArray(value) ? value : [];
      for (const box of await field.all()) await box.setChecked(wanted.includes(await box.getAttribute("value")));
    } else if (kind === "select") {
      await field.selectOption(value ? String(value) : "");
    } else {
      await field.fill(Array.isArray(value) ? value.join("\n") : value === 0 || value ? String(value) : "");
    }
  }
}

/** Saves the page. */
export async function save(page) {
  await page.locator("main form button").last().click();
  await page.locator("h1").waitFor();
}

/** Writes the sections of a filing, all of them unless some are named. */
export async function write(page, filing, form, sections = SECTIONS) {
  for (const [code, place] of sections) {
    const part = at(form, place);
    for (const [index, one] of (Array.isArray(part) ? part : [part]).entries()) {
      const path = `${filing}/form/${code}${Array.isArray(part) ? `/${index + 1}` : ""}`;
      const answer = await page.goto(path);
      assert.equal(answer.status(), 200, path);
      await fill(page, one);
      await save(page);
      assert.equal(await page.locator(".govuk-error-summary").count(), 0, `${path}: ${await page.locator("main").innerText()}`);
    }
  }
}

/** Declares and submits on the page of answers. */
export async function submit(page, filing) {
  await page.goto(`${filing}/check`);
  await declare(page);
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/done$/);
}

/** Ticks every declaration, and gives a reason for whatever is only warned of. */
export async function declare(page) {
  for (const box of await page.locator('main form input[type="checkbox"]').all()) await box.check();
  for (const reason of await page.locator('main form textarea[name^="answer-"]').all()) await reason.fill("情况属实，已办理多机构备案。");
}

/** Adds every material that the check asks for, by the API. */
export async function materials(clinic, id) {
  const { findings } = await clinic.get(`/filings/${id}/check`);
  for (const { pointer } of findings.filter(({ rule }) => rule === "R-011")) {
    const form = new FormData();
    form.set("code", pointer.replace("/materials/", ""));
    form.set("file", new Blob([PDF], { type: "application/pdf" }), "paper.pdf");
    await clinic.post(`/filings/${id}/materials`, form);
  }
}

/** A draft by the API that lacks nothing but the declaration; answers its id. */
export async function ready(clinic, dossier) {
  const { id } = await clinic.post("/filings", { kind: "establishment", dossier });
  await materials(clinic, id);
  return id;
}

/** The office reviews, another person issues. */
export async function conclude({ officer, approver }, id) {
  await officer.act(id, { action: "recommend" });
  await approver.act(id, { action: "issue" });
}

/** The API in the name of a demonstration account. */
export async function api(base, login) {
  const call = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: { ...(body instanceof FormData ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body instanceof FormData ? body : body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  const { token } = await call("POST", "/sessions", { login, password: "clinic-filing-demo" });
  const as = { Authorization: `Bearer ${token}` };
  const once = () => ({ ...as, "Idempotency-Key": crypto.randomUUID() });
  return {
    get: (path) => call("GET", path, undefined, as),
    post: (path, body) => call("POST", path, body, once()),
    put: (path, body, version) => call("PUT", path, body, { ...as, "If-Match": `"v${version}"` }),
    act: async (filing, body) => {
      const { version } = await call("GET", `/filings/${filing}`, undefined, as);
      return call("POST", `/filings/${filing}/actions`, body, { ...once(), "If-Match": `"v${version}"` });
    },
  };
}

/** A whole form that passes every check, as the contract shows it. */
export async function example(base) {
  const document = await (await fetch(`${base}/api/v1/openapi.json`)).json();
  return document.paths["/filings"].post.requestBody.content["application/json"].example.dossier;
}
