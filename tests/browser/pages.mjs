// Every page with a state worth seeing, of the running demonstration. Names are those of pictures.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";

/** What the demonstration has: a certificate, its codes, and clinics in each state. */
export async function sample(base, work) {
  const json = async (path) => (await fetch(`${base}/api/v1${path}`)).json();
  await writeFile(`${work}/browser.pdf`, Buffer.from(await (await fetch(`${base}/demo/certificate.pdf`)).arrayBuffer()));
  execFileSync("pdftoppm", ["-r", "150", "-png", "-singlefile", `${work}/browser.pdf`, `${work}/browser`]);
  const code = execFileSync("zbarimg", ["-q", "--raw", "-Sdisable", "-Sqrcode.enable", `${work}/browser.png`]).toString().trim();
  const { items } = await json("/clinics");
  const states = {};
  for (const clinic of items) states[clinic.state] ??= clinic.number;
  const codes = {};
  for (const clinic of items) {
    const { items: copies } = await json(`/clinics/${clinic.number}/certificates`).catch(() => ({ items: [] }));
    for (const copy of copies ?? []) codes[`${clinic.state}-${copy.state}`] ??= copy.short_code;
  }
  return { code: new URL(code).pathname, states, codes, account: await account(base, "demo-clinic") };
}

/** The id of an account, as the office finds it. */
async function account(base, login) {
  const api = async (path, options) => (await fetch(`${base}/api/v1${path}`, options)).json();
  const body = JSON.stringify({ login: "demo-officer", password: "clinic-filing-demo" });
  const { token } = await api("/sessions", { method: "POST", headers: { "content-type": "application/json" }, body });
  const headers = { authorization: `Bearer ${token}` };
  const { id } = await api(`/accounts/${login}`, { headers });
  await fetch(`${base}/api/v1/sessions/current`, { method: "DELETE", headers });
  return id;
}

/** Pages that nobody signs in for: name and address. */
export function open({ code, states, codes }) {
  const clinics = Object.entries(states).map(([state, number]) => [`clinic-${state}`, `/clinics/${number}`]);
  const checks = Object.entries(codes).filter(([, c]) => c).map(([state, c]) => [`check-${state}`, `/v/${c}`]);
  return [
    ["home", "/"],
    ["check-form", "/v"],
    ["check-valid", code],
    ["check-forged", `${code.slice(0, -3)}${code.endsWith("111") ? "222" : "111"}`],
    ["check-unknown", "/v/2222222222"],
    ...checks,
    ["paper-unknown", "/p/2222222222"],
    ["offline", "/check-offline"],
    ["clinics", "/clinics"],
    ["clinics-found", "/clinics?q=%E8%AF%8A%E6%89%80"],
    ["clinics-none", "/clinics?q=zzzzzz"],
    ...clinics,
    ["telemedicine", "/telemedicine"],
    ["announcements", "/announcements"],
    ["guide", "/guide"],
    ["report", "/report"],
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

/** Pages of somebody who is signed in. */
export const own = [
  ["account", "/account"],
  ["account-password", "/account/password"],
  ["account-second-factor", "/account/second-factor"],
  ["account-tokens", "/account/tokens"],
];

/** Pages of an officer. */
export const office = ({ account }) => [
  ["office-account", "/account"],
  ["people", "/account/people"],
  ["person", `/account/people/${account}`],
  ["person-close", `/account/people/${account}/close`],
];
