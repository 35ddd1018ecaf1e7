// The offline check in a real browser: a certificate's printed page read from a picture, with a network and without; a
// tampered code, a code of another key, and what is no code. `browser` is Playwright's, `base` the address of a running
// demonstration, `work` a directory to write into. Needs `pdftoppm`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal, fromDigits, openCode, openManifest } from "../../src/portal/static/offline-code.js";

const WIDTH = [0, 3, 5, 8, 10, 13, 15, 17];
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The inverse of `fromDigits`. */
export function toDigits(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 7) {
    const group = bytes.slice(at, at + 7);
    const value = [...group].reverse().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    text += value.toString().padStart(WIDTH[group.length], "0");
  }
  return text;
}

/** The parts of a code: where its key's name, its body and its signature lie. */
export function partsOf(cose) {
  const body = cose[13] === 0x58 ? 15 : 16;
  const length = cose[13] === 0x58 ? cose[14] : (cose[14] << 8) | cose[15];
  return { kid: 8, body, end: body + length, signature: body + length + 2 };
}

/** The same body signed by another key. */
export async function signedBy(pair, cose) {
  const { kid, body, end, signature } = partsOf(cose);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const name = new Uint8Array(await crypto.subtle.digest("SHA-256", spki)).slice(0, 4);
  const made = Uint8Array.from(cose);
  made.set(name, kid);
  const context = [0x6a, ...new TextEncoder().encode("Signature1")];
  const head = cose.slice(13, body);
  const signed = Uint8Array.from([0x84, ...context, ...made.slice(2, 12), 0x40, ...head, ...made.slice(body, end)]);
  const raw = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, signed));
  const s = BigInt(`0x${Buffer.from(raw.slice(32)).toString("hex")}`);
  const low = s > ORDER / 2n ? ORDER - s : s;
  raw.set(Buffer.from(low.toString(16).padStart(64, "0"), "hex"), 32);
  made.set(raw, signature);
  return made;
}

const head = (major, value) =>
  value < 24 ? [(major << 5) | value]
    : value < 256 ? [(major << 5) | 24, value]
      : value < 65536 ? [(major << 5) | 25, value >> 8, value & 255]
        : [(major << 5) | 26, (value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];

/** CBOR of what codes and manifests hold. */
function cbor(value) {
  if (value === null) return [0xf6];
  if (typeof value === "boolean") return [value ? 0xf5 : 0xf4];
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return [...head(3, bytes.length), ...bytes];
  }
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  return [...head(4, value.length), ...value.flatMap(cbor)];
}

async function keyPair() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const print = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  return { ...pair, spki, print, kid: print.slice(0, 4) };
}

/** A body as a COSE message of a key. */
async function sealed(pair, body) {
  const bytes = Uint8Array.from(cbor(body));
  const unsigned = [0xd2, 0x84, 0x49, 0xa2, 1, 0x26, 4, 0x44, 0, 0, 0, 0, 0xa0, ...cbor(bytes), 0x58, 64, ...new Uint8Array(64)];
  return signedBy(pair, Uint8Array.from(unsigned));
}

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const day = (n) => new Date(n * 86400000).toISOString().slice(0, 10);
const STATES = ["active", "retired", "compromised"];

/** Every reason for which a code is refused without a network, and every manifest that is not trusted. */
export async function reasons() {
  const [root, active, retired, stolen, stranger] = await Promise.all([1, 2, 3, 4, 5].map(keyPair));
  const today = 20780;
  const entry = (pair, state) => [pair.kid, -7, pair.spki, [371502], today - 100, today + 100, today + 1000, state, state === 2 ? today : null];
  const list = [entry(active, 0), entry(retired, 1), entry(stolen, 2)];
  const file = {
    version: 3, issued_at: "2026-11-23T02:00:00Z", development: false,
    keys: list.map(([kid, , spki, regions, from, until, verify, state, on]) => ({
      kid: hex(kid), alg: "ES256", public_key: Buffer.from(spki).toString("base64url"), regions: regions.map(String),
      sign_from: day(from), sign_until: day(until), verify_until: day(verify), state: STATES[state],
      ...(on === null ? {} : { compromised_on: day(on) }),
    })),
    root: { public_key: Buffer.from(root.spki).toString("base64url"), fingerprint: hex(root.print) },
    cose: Buffer.from(await sealed(root, ["clinic-keys", 1, 3, Date.parse("2026-11-23T02:00:00Z") / 1000, false, list])).toString("base64url"),
  };
  const manifest = await openManifest(file, hex(root.print));
  assert.equal(manifest.keys.length, 3);
  const edited = structuredClone(file);
  edited.keys[2].state = "active";
  const forged = { ...file, cose: Buffer.from(await sealed(stranger, ["clinic-keys", 1, 3, 0, false, list])).toString("base64url") };
  for (const [wrong, pinned] of [[file, hex(stranger.print)], [edited, hex(root.print)], [forged, hex(root.print)]]) {
    await assert.rejects(openManifest(wrong, pinned));
  }

  const plain = [1, 371502, "PDY00001X37150217D2122", "某某诊所", null, 5, [500], null, "某街道1号", today, null, 7, new Uint8Array(16)];
  const changed = (at, value) => plain.map((own, n) => (n === at ? value : own));
  const copy = (until) => [2, ...changed(10, until).slice(1), "医保定点申请", 12];
  const open = async (pair, body, on = today) => {
    try {
      const said = await openCode(toDigits(await sealed(pair, body)), manifest, on);
      return said.name;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return `${refusal.reason}${refusal.ours ? " ours" : ""}`;
    }
  };
  const cases = [
    [active, plain, today, "某某诊所"],
    [retired, plain, today + 1000, "某某诊所"],
    [active, copy(today), today, "某某诊所"],
    [active, copy(today - 1), today, "copy_expired ours"],
    [active, copy(today + 1), today + 2, "copy_expired ours"],
    [active, plain, today + 1001, "outside_validity ours"],
    [active, plain, today - 1, "outside_validity ours"],
    [active, changed(9, today - 101), today, "outside_validity ours"],
    [stolen, plain, today, "key_compromised ours"],
    [stranger, plain, today, "unknown_key ours"],
    [stranger, changed(1, 110101), today, "unknown_key"],
    [active, changed(1, 110101), today, "key_out_of_scope"],
    [active, changed(0, 3), today, "unknown_format"],
    [active, changed(2, "PDY"), today, "malformed"],
    [active, changed(3, "长".repeat(61)), today, "malformed"],
    [active, changed(5, 64), today, "malformed"],
    [active, [...plain, 1], today, "malformed"],
  ];
  for (const [pair, body, on, wanted] of cases) assert.equal(await open(pair, body, on), wanted, JSON.stringify(body));
}

/** A certificate of the demonstration: the address in its code, and its page as a picture of 150 dots an inch. */
async function certificate(base, work) {
  const pdf = new Uint8Array(await (await fetch(`${base}/demo/certificate.pdf`)).arrayBuffer());
  writeFileSync(join(work, "certificate.pdf"), pdf);
  execFileSync("pdftoppm", ["-r", "150", "-png", "-f", "1", "-l", "1", "-singlefile", join(work, "certificate.pdf"), join(work, "certificate")]);
  const led = await fetch(`${base}/demo/verification`, { redirect: "manual" });
  return { picture: join(work, "certificate.png"), digits: led.headers.get("location").split("/").pop() };
}

export async function offline({ browser, base, work }) {
  await reasons();
  const { picture, digits } = await certificate(base, work);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  const broken = [];
  page.on("pageerror", (error) => broken.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== base && !/^(data|blob):/.test(request.url())) broken.push(request.url());
  });

  const ready = () => page.waitForSelector("#offline[data-ready=true]:not([hidden])");
  const answer = async () => (await page.textContent("#result")).replace(/\s+/g, " ");
  /** Clears what was answered, asks, and waits for the next answer. */
  const asked = async (ask) => {
    await page.evaluate(() => document.getElementById("result").replaceChildren());
    await ask();
    await page.waitForSelector("#result > *");
    return answer();
  };
  const pasted = (text) => asked(async () => {
    await page.fill("#text", text);
    await page.click("#typed button");
  });
  const pictured = (file) => asked(() => page.setInputFiles("#picture", file));

  const good = "签名有效，当前状态未核验";
  const cose = fromDigits(digits);
  const tampered = Uint8Array.from(cose);
  tampered[partsOf(cose).end - 1] ^= 1;
  const stranger = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const foreign = await signedBy(stranger, cose);

  const questions = async (online) => {
    const genuine = await pictured(picture);
    for (const words of [good, "备案编号", "诊所名称", "签发日期", "演示密钥：不是真实凭证"]) assert.ok(genuine.includes(words), `${words}: ${genuine}`);
    assert.ok(!genuine.includes("现在有效"), genuine);
    assert.equal(genuine.includes("联网核验当前状态"), online, genuine);
    assert.ok((await page.title()).includes(good), await page.title());
    assert.equal(await page.evaluate(() => document.activeElement.id), "result");
    const cases = [
      [`https://zs.example.gov.cn/v/${digits}`, good],
      [` ${digits.slice(0, 100)}\n${digits.slice(100)} `, good],
      [toDigits(tampered), "签名不符，可能系伪造"],
      [toDigits(foreign), "不能确认由谁签发"],
      [digits.slice(0, -1), "这不是完整的凭证码"],
      ["12345678901234567", "这不是诊所备案凭证码"],
      ["https://example.com/menu", "这不是完整的凭证码"],
      ["7K4M-Q2XD-9FHT", "短码须联网核验"],
      ["", "还没有粘贴内容"],
    ];
    for (const [text, words] of cases) {
      const said = await pasted(text);
      assert.ok(said.includes(words), `${text.slice(0, 40)}: ${words}: ${said}`);
      if (words !== good) assert.ok(!said.includes("签名有效"), said);
    }
    const blank = join(work, "blank.png");
    writeFileSync(blank, Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==", "base64"));
    assert.ok((await pictured(blank)).includes("图片中没有找到二维码"));
    assert.ok((await pictured({ name: "no.png", mimeType: "image/png", buffer: Buffer.from("no picture") })).includes("不是图片"));
  };

  await page.goto(`${base}/check-offline`);
  await ready();
  await questions(true);

  // Without a network the page opens again, in the language that is asked for, and answers the same.
  await context.setOffline(true);
  await page.reload();
  await ready();
  await questions(false);
  await page.goto(`${base}/check-offline?lang=en`);
  await ready();
  const english = await pictured(picture);
  assert.ok(english.includes("Good signature, current status not checked"), english);
  assert.ok(!/[一-龥]/.test(await page.textContent("h1")), "an English page");
  await context.setOffline(false);

  // The kept pages do not change how other pages look, and the form works without scripts.
  await page.goto(`${base}/check-offline?lang=zh`);
  await ready();
  assert.deepEqual(broken, []);
  await context.close();
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const bare = await plain.newPage();
  await bare.goto(`${base}/check-offline`);
  assert.ok(await bare.isVisible("#without a[href='/v']"));
  assert.ok(!(await bare.isVisible("#offline")));
  await plain.close();
}
