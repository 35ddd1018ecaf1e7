// Signs in by a real OpenID provider: usage: node walk.mjs BINARY
// Prints what it did; fails with the first thing that is not so.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ACR, CLIENT, listen } from "./provider.mjs";

const LOGIN = "demo-clinic";
const PASSWORD = "clinic-filing-demo";

/** A browser: cookies by host and port, redirects one by one. */
class Browser {
  jars = new Map();

  async send(url, form) {
    const { host } = new URL(url);
    const jar = this.jars.get(host) ?? this.jars.set(host, new Map()).get(host);
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    if (form) {
      headers["content-type"] = "application/x-www-form-urlencoded";
      headers["sec-fetch-site"] = "same-origin";
    }
    const body = form && new URLSearchParams(form).toString();
    const response = await fetch(url, { method: form ? "POST" : "GET", headers, body, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name, ...value] = line.split(";")[0].split("=");
      const gone = /max-age=0|expires=thu, 01 jan 1970/i.test(line);
      gone ? jar.delete(name) : jar.set(name, value.join("="));
    }
    const to = response.headers.get("location");
    return { url, status: response.status, to: to && new URL(to, url).href, html: await response.text() };
  }

  /** Follows redirects and the provider's forms until `stop` says so or a page is reached. */
  async follow(url, who, stop = () => false) {
    let answer = await this.send(url);
    for (let steps = 0; steps < 20; steps += 1) {
      if (answer.to) {
        if (stop(answer.to)) return answer.to;
        answer = await this.send(answer.to);
      } else if (answer.url.includes("/interaction/")) {
        answer = await this.send(field(answer.html, /action="([^"]+)"/), filled(answer.html, who));
      } else {
        return answer;
      }
    }
    throw new Error("no end of redirects");
  }
}

const unescape = (text) => text.replaceAll("&amp;", "&").replaceAll("&#x2f;", "/").replaceAll("&quot;", '"');
const field = (html, pattern) => unescape(html.match(pattern)?.[1] ?? assert.fail(`no ${pattern} in ${html}`));

function filled(html, who) {
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1], m[2]]);
  return { ...Object.fromEntries(hidden), login: who, password: "anything" };
}

async function serve(issuer, data) {
  const service = spawn(process.argv[2], ["serve", "--listen", "127.0.0.1:0", "--data", data, "--log", "error"], {
    env: {
      ...process.env,
      CLINIC_OIDC_ISSUER: issuer,
      CLINIC_OIDC_CLIENT_ID: CLIENT.id,
      CLINIC_OIDC_CLIENT_SECRET: CLIENT.secret,
      CLINIC_OIDC_NAME: "省统一身份认证",
      CLINIC_OIDC_ACR: ACR.two,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: service.stdout })) {
    const base = line.match(/^listening on (\S+)/)?.[1];
    if (base) return { base, service };
  }
  throw new Error("the service did not start");
}

/** An officer as an installation makes one: no account of the demonstration, so a second factor is asked for. */
function officer(login, password) {
  const env = { ...process.env, CLINIC_DATA: data, CLINIC_NEW_PASSWORD: password };
  const run = (...args) => execFileSync(process.argv[2], ["admin", ...args], { env });
  const [authority] = run("authorities").toString().split(/\s+/);
  run("account", login, "--role", "officer", "--name", "陈静", "--authority", authority);
}

/** The code of an authenticator (RFC 6238), so many steps from now. */
function code(secret, steps) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hmac = createHmac("sha1", key).update(counter).digest();
  return String((hmac.readUInt32BE(hmac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const data = await mkdtemp(path.join(tmpdir(), "oidc-"));
const provider = await listen();
const { base, service } = await serve(provider.issuer, data);
try {
  provider.answer(base);
  const back = (url) => url.startsWith(`${base}/signin/back`);
  const refused = (answer, code) => {
    assert.equal(answer.status, 403, answer.html);
    assert.ok(answer.html.includes(code), answer.html);
  };

  // Somebody whom nobody has linked is not let in.
  const first = new Browser();
  const stranger = await first.follow(`${base}/signin/with`, "wang");
  assert.equal(stranger.status, 403);
  assert.match(stranger.html, /还没有关联账号/);
  assert.equal((await first.send(`${base}/account/link`)).status, 303, "not signed in");
  console.log("a stranger is not let in");

  // He signs in with his password and links.
  const signin = await first.send(`${base}/signin`);
  assert.equal(signin.status, 200, signin.html);
  assert.equal((await first.send(`${base}/signin`, { login: LOGIN, password: PASSWORD })).status, 303);
  const page = await first.send(`${base}/account/link`);
  assert.match(page.html, /省统一身份认证/);
  const token = field(page.html, /name="form_token" value="([^"]+)"/);
  const forward = await first.send(`${base}/account/link`, { form_token: token });
  assert.equal(forward.status, 200, forward.html);
  const linked = await first.follow(field(forward.html, /url=([^"]+)"/), "wang");
  assert.equal(linked.url, `${base}/account/link`);
  assert.match(linked.html, /解除关联/);
  console.log("linked");

  // Now the button signs in, in any browser.
  const second = new Browser();
  const way = await second.follow(`${base}/signin/with?to=/account/link`, "wang", back);
  const arrived = await second.send(way);
  assert.deepEqual([arrived.status, arrived.to], [303, `${base}/account/link`], arrived.html);
  assert.match((await second.send(arrived.to)).html, /解除关联/);
  console.log("signed in");

  // Once only, and by nobody else.
  refused(await second.send(way), "identity.flow");
  const third = new Browser();
  const stolen = await third.follow(`${base}/signin/with`, "wang", back);
  refused(await new Browser().send(stolen), "identity.flow");
  refused(await third.send(stolen.replace(/state=[^&]*/, "state=guessed")), "identity.flow");
  const foreign = new URL(stolen);
  foreign.searchParams.set("iss", "https://evil.example");
  refused(await third.send(foreign.href), "identity.untrusted");
  refused(await third.send(stolen), "identity.flow");
  console.log("replayed, stolen, guessed and foreign answers are refused");

  // A code of one sign-in does not go with the state of another.
  const fourth = new Browser();
  const one = new URL(await fourth.follow(`${base}/signin/with`, "wang", back));
  const two = new URL(await fourth.follow(`${base}/signin/with`, "wang", back));
  two.searchParams.set("code", one.searchParams.get("code"));
  refused(await fourth.send(two.href), "identity.untrusted");
  console.log("a code of another sign-in is refused");

  // Turned back at the provider.
  const turned = new URL(await fourth.follow(`${base}/signin/with`, "wang", back));
  turned.searchParams.delete("code");
  turned.searchParams.set("error", "access_denied");
  refused(await fourth.send(turned.href), "identity.declined");
  console.log("who turns back is told so");

  // An officer: what the provider does not say it saw, is asked for here.
  const password = "violet tractor seldom";
  officer("chen", password);
  const own = new Browser();
  assert.equal((await own.send(`${base}/signin`, { login: "chen", password })).to, `${base}/signin/code?to=%2Faccount`);
  const enrol = await own.follow(`${base}/signin/code`);
  const secret = field(enrol.html, /id="secret">([A-Z2-7 ]+)</).replaceAll(" ", "");
  const formToken = (html) => field(html, /name="form_token" value="([^"]+)"/);
  const given = await own.send(`${base}/signin/enrol`, { form_token: formToken(enrol.html), code: code(secret, -1) });
  assert.equal(given.to, `${base}/account`, given.html);
  const linking = await own.send(`${base}/account/link`);
  const onward = await own.send(`${base}/account/link`, { form_token: formToken(linking.html) });
  assert.match((await own.follow(field(onward.html, /url=([^"]+)"/), "chen")).html, /解除关联/);
  const arrives = async (acr) => {
    provider.acr.chen = acr;
    const browser = new Browser();
    const begun = await browser.send(`${base}/signin/with?to=/account/link`);
    assert.equal(new URL(begun.to).searchParams.get("acr_values"), ACR.two, "two factors are asked for");
    const answer = await browser.send(await browser.follow(begun.to, "chen", back));
    return { browser, to: answer.to };
  };
  for (const acr of [undefined, ACR.one]) {
    const { browser, to } = await arrives(acr);
    assert.equal(to, `${base}/signin/code?to=%2Faccount%2Flink`, `${acr}`);
    assert.match((await browser.send(`${base}/account`)).to, /\/signin\?/, "not signed in yet");
    const asked = await browser.follow(to);
    const steps = acr ? 1 : 0;
    const done = await browser.send(`${base}/signin/code`, {
      form_token: formToken(asked.html), to: "/account/link", code: code(secret, steps),
    });
    assert.equal(done.to, `${base}/account/link`, done.html);
    assert.match((await browser.send(done.to)).html, /解除关联/);
  }
  console.log("an officer gives the second factor here where the provider saw one");
  const { browser: whole, to } = await arrives(ACR.two);
  assert.equal(to, `${base}/account/link`);
  assert.match((await whole.send(to)).html, /解除关联/);
  console.log("and need not where it saw two");
} finally {
  const ended = new Promise((done) => service.on("exit", done));
  service.kill();
  await ended;
  await provider.close();
  await rm(data, { recursive: true });
}
