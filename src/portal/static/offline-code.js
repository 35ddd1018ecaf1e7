// Opens a code with the key manifest alone, as `clinic-registry verify` does (src/certificate/code.rs): the same strict
// reading, the same order of questions, the same reasons. Knows nothing of the page.

/** Why a code was refused; `ours`: it claims a region that the manifest covers. */
export class Refusal extends Error {
  constructor(reason, ours = false) {
    super(reason);
    this.reason = reason;
    this.ours = ours;
  }
}

const ES256 = -7;
const SIGNATURE = 64;
/** No code has so many digits. */
const MAX_DIGITS = 1200;
/** Half of the order of P-256: of the two possible signatures only the lower is accepted. */
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
const BASE36 = /^[0-9A-Z]+$/;

// Bytes as decimal digits: groups of seven bytes, little-endian (src/domain/digits.rs).

const WIDTH = [0, 3, 5, 8, 10, 13, 15, 17];

export function fromDigits(text) {
  if (!/^[0-9]*$/.test(text)) return null;
  const bytes = [];
  for (let at = 0; at < text.length; at += 17) {
    const group = text.slice(at, at + 17);
    const length = WIDTH.indexOf(group.length);
    if (length < 0) return null;
    let value = BigInt(group);
    for (let n = 0; n < length; n += 1, value >>= 8n) bytes.push(Number(value & 0xffn));
    if (value !== 0n) return null;
  }
  return Uint8Array.from(bytes);
}

// CBOR (RFC 8949): as much as codes and manifests use, in the one deterministic encoding (§4.2.1).

class Tagged {
  constructor(tag, value) {
    Object.assign(this, { tag, value });
  }
}

/** The one item that these bytes are; throws where they are anything else. */
function decode(bytes) {
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new RangeError("cut short");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const head = () => {
    const [first] = take(1);
    const info = first & 31;
    if (info < 24) return [first >> 5, info];
    if (info > 27) throw new RangeError("not of definite length");
    const size = 1 << (info - 24);
    const value = Number(take(size).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
    const least = { 1: 24, 2: 0x100, 4: 0x10000, 8: 0x100000000 }[size];
    if (value < least || !Number.isSafeInteger(value)) throw new RangeError("not the shortest form");
    return [first >> 5, value];
  };
  const item = (depth) => {
    if (depth > 4) throw new RangeError("too deep");
    if (bytes[at] === 0xf4 || bytes[at] === 0xf5) return take(1)[0] === 0xf5;
    if (bytes[at] === 0xf6) return (take(1), null);
    const [major, value] = head();
    if (major === 0) return value;
    if (major === 1) return -1 - value;
    if (major === 2) return take(value).slice();
    if (major === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(value));
    if (major === 4 && value <= bytes.length) return Array.from({ length: value }, () => item(depth + 1));
    if (major === 5 && value <= bytes.length) {
      return new Map(Array.from({ length: value }, () => [item(depth + 1), item(depth + 1)]));
    }
    if (major === 6) return new Tagged(value, item(depth + 1));
    throw new RangeError("not used here");
  };
  const value = item(0);
  if (at !== bytes.length) throw new RangeError("something follows");
  return value;
}

function encodeHead(major, value) {
  if (value < 24) return [(major << 5) | value];
  if (value < 0x100) return [(major << 5) | 24, value];
  return [(major << 5) | 25, value >> 8, value & 0xff];
}

const bytesOf = (bytes) => [...encodeHead(2, bytes.length), ...bytes];
const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
const same = (one, other) => one.length === other.length && one.every((byte, n) => byte === other[n]);
const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const big = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

// COSE_Sign1 (RFC 9052), tagged: protected `{1: -7, 4: kid}`, nothing unprotected (src/certificate/sign.rs).

function envelope(cose) {
  if (cose[0] !== 0xd2) throw new Refusal("unknown_format");
  let parts;
  let header;
  try {
    parts = decode(cose).value;
    header = decode(parts[0]);
  } catch {
    throw new Refusal("malformed");
  }
  if (!(header instanceof Map) || header.get(1) !== ES256) throw new Refusal("unknown_format");
  const [guarded, open, body, signature] = parts;
  const kid = header.get(4);
  const whole =
    parts.length === 4 && isBytes(kid, 4) && same(guarded, [0xa2, 1, 0x26, 4, 0x44, ...kid]) &&
    open instanceof Map && open.size === 0 && isBytes(body) && isBytes(signature, SIGNATURE);
  if (!whole || big(signature.subarray(32)) > HALF_ORDER) throw new Refusal("malformed");
  const context = new TextEncoder().encode("Signature1");
  const signed = [0x84, ...encodeHead(3, context.length), ...context, ...bytesOf(guarded), ...bytesOf([]), ...bytesOf(body)];
  return { kid, body, signature, signed: Uint8Array.from(signed) };
}

async function isSignedBy({ signature, signed }, spki) {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", spki, kind, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
}

const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// The body of a code (src/domain/payload.rs).

function payload(body) {
  let fields;
  try {
    fields = decode(body);
  } catch {
    throw new Refusal("malformed");
  }
  if (!Array.isArray(fields) || !(fields[0] === 1 || (fields[0] === 2 && fields.length === 15))) {
    throw new Refusal("unknown_format");
  }
  const [format, region, number, name, uscc, modes, subjects, geohash, address, issued, until, status, record] = fields;
  const [purpose, serial] = fields.slice(13);
  const copy = format === 2 ? { purpose, serial } : null;
  const day = (value) => isWhole(value, 0, 0xffff);
  const possible =
    fields.length === (copy ? 15 : 13) && isWhole(region, 100000, 999999) && typeof number === "string" &&
    number.length === 22 && BASE36.test(number) && typeof name === "string" && name !== "" && typeof address === "string" &&
    (uscc === null || (isBytes(uscc, 12) && big(uscc) < 36n ** 18n)) && isWhole(modes, 0, 63) &&
    Array.isArray(subjects) && subjects.length <= 8 && subjects.every((code) => isWhole(code, 100, 9999)) &&
    (geohash === null || isBytes(geohash, 5)) && day(issued) && (until === null || day(until)) &&
    isWhole(status, 0, 0xffffffff) && isBytes(record, 16) && textsFit(name, address, copy, until);
  if (!possible) throw new Refusal("malformed");
  return { region, number, name, address, modes, issued, until, copy };
}

const length = (text) => [[...text].length, new TextEncoder().encode(text).length];

/** Whether name, address and purpose are as short as an issuer writes them. */
function textsFit(name, address, copy, until) {
  if (copy && (typeof copy.purpose !== "string" || !isWhole(copy.serial, 1, 0xffffffff) || until === null)) return false;
  const [purpose, purposeBytes] = copy ? length(copy.purpose) : [0, 0];
  const left = copy ? Math.max(60 - purpose, 20) : 60;
  const leftBytes = copy ? Math.max(180 - purposeBytes, 60) : 180;
  const [characters, bytes] = length(name).map((count, n) => count + length(address)[n]);
  const purposeFits = !copy || (purpose >= 1 && purpose <= 60 && purposeBytes <= 180);
  return purposeFits && characters <= left && bytes <= leftBytes;
}

// The key manifest (src/certificate/manifest.rs).

const STATES = ["active", "retired", "compromised"];
const date = (day) => new Date(day * 86400000).toISOString().slice(0, 10);

function fromBase64(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new TypeError("not base64url");
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
}

/**
 * The keys of a manifest. Throws unless the root whose fingerprint is pinned signed it, and its readable part says the same
 * as what is signed.
 */
export async function openManifest(file, pinned) {
  const root = fromBase64(file.root.public_key);
  const found = await digest(root);
  if (hex(found) !== pinned) throw new TypeError("another root");
  const message = envelope(fromBase64(file.cose));
  if (!same(message.kid, found.subarray(0, 4)) || !(await isSignedBy(message, root))) throw new TypeError("not signed");
  const [name, format, version, issuedAt, development, list] = decode(message.body);
  if (name !== "clinic-keys" || format !== 1 || !(version > 0) || typeof development !== "boolean") {
    throw new TypeError("not a manifest");
  }
  const keys = await Promise.all(list.map(async ([kid, alg, spki, regions, from, until, verify, state, compromised]) => {
    const own = (await digest(spki)).subarray(0, 4);
    if (!same(own, kid) || alg !== ES256 || !STATES[state]) throw new TypeError("not a key");
    return { kid, spki, regions, from, until, verify, state: STATES[state], compromised };
  }));
  const says = keys.map((key, n) => {
    const told = file.keys[n] ?? {};
    return told.kid === hex(key.kid) && same(fromBase64(told.public_key), key.spki) && told.state === key.state &&
      told.regions.join() === key.regions.join() && told.sign_from === date(key.from) &&
      told.sign_until === date(key.until) && told.verify_until === date(key.verify) &&
      (told.compromised_on ?? null) === (key.compromised === null ? null : date(key.compromised));
  });
  const agrees = says.every(Boolean) && file.keys.length === keys.length && file.version === version &&
    file.development === development && Date.parse(file.issued_at) === issuedAt * 1000;
  if (!agrees) throw new TypeError("says something else than what is signed");
  return { version, development, issuedAt: issuedAt * 1000, keys };
}

/** What follows the last stroke of a scanned address. */
export const lastPart = (text) => text.trim().slice(text.trim().lastIndexOf("/") + 1);

/**
 * What the issuer signed into a scanned address or its digits, judged for a day (days since 1970, Asia/Shanghai). Throws a
 * `Refusal`. The host is not looked at: a genuine code stays genuine under any address, and a forged one under none.
 */
export async function openCode(text, manifest, today) {
  const digits = lastPart(text);
  const cose = digits === "" || digits.length > MAX_DIGITS ? null : fromDigits(digits);
  if (cose === null) throw new Refusal("unreadable");
  const message = envelope(cose);
  const said = payload(message.body);
  const ours = manifest.keys.some((key) => key.regions.includes(said.region));
  const refuse = (reason) => new Refusal(reason, ours);

  // Identifiers may collide: every key with this one is a candidate, and the first that fits decides.
  let keys = manifest.keys.filter((key) => same(key.kid, message.kid));
  if (keys.length === 0) throw refuse("unknown_key");
  keys = keys.filter((key) => key.regions.includes(said.region));
  if (keys.length === 0) throw refuse("key_out_of_scope");
  // Whoever holds a stolen key can write any date into a code, so no date saves one.
  keys = keys.filter((key) => key.state !== "compromised");
  if (keys.length === 0) throw refuse("key_compromised");
  let signer = null;
  for (const key of keys) {
    if (signer === null && (await isSignedBy(message, key.spki))) signer = key;
  }
  if (signer === null) throw refuse("bad_signature");
  const inTime = said.issued >= signer.from && said.issued <= signer.until;
  const goodUntil = Math.min(said.until ?? signer.verify, signer.verify);
  if (inTime && today >= said.issued && today <= goodUntil) return { ...said, kid: hex(message.kid) };
  throw refuse(inTime && said.copy && said.until < today ? "copy_expired" : "outside_validity");
}
