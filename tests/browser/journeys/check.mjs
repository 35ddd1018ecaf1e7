// A patient before the certificate: the code is photographed, read, and its page opened.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { DESKTOP, PHONE, sound, visitor } from "../lib.mjs";

/** Bytes of a verification page and everything it loads. */
const BUDGET = 30 * 1024;

/** A picture as a telephone takes it: smaller, turned, out of focus, packed hard. */
function photograph(from, to, { scale, turn, blur }) {
  const script = `
import sys
from PIL import Image, ImageFilter
image = Image.open(sys.argv[1]).convert("RGB")
image = image.rotate(${turn}, expand=True, fillcolor=(200, 204, 208), resample=Image.BICUBIC)
image = image.resize((int(image.width * ${scale}), int(image.height * ${scale})), Image.LANCZOS)
image.filter(ImageFilter.GaussianBlur(${blur})).save(sys.argv[2], quality=45)`;
  execFileSync(process.env.PYTHON ?? "python3", ["-c", script, from, to]);
}

const read = (file) =>
  execFileSync("zbarimg", ["-q", "--raw", "-Sdisable", "-Sqrcode.enable", file]).toString().trim();

export default async function check({ browser, base, work, about }) {
  execFileSync("pdftoppm", ["-r", "300", "-png", "-singlefile", `${work}/browser.pdf`, `${work}/wall`]);
  const ways = [{ scale: 0.6, turn: 7, blur: 0.8 }, { scale: 0.8, turn: -12, blur: 1.2 }, { scale: 0.5, turn: 90, blur: 0.4 }];
  const read_as = ways.map((way, n) => {
    photograph(`${work}/wall.png`, `${work}/photo-${n}.jpg`, way);
    return read(`${work}/photo-${n}.jpg`);
  });
  for (const code of read_as) assert.equal(new URL(code).pathname, about.code, "what the photograph says");

  for (const script of [true, false]) {
    for (const [lang, word] of [["zh", "有效"], ["en", "Valid"]]) {
      for (const viewport of [PHONE, DESKTOP]) {
        const who = await visitor(browser, base, { lang, script, viewport });
        await who.page.goto(read_as[0]);
        const where = `scan ${lang} ${viewport.width} ${script ? "with" : "without"} scripts`;
        await sound(who, base, where, { axe: false });
        assert.match(await who.page.locator("h1").innerText(), new RegExp(word), where);
        assert.ok(who.seen.bytes <= BUDGET, `${where}: ${who.seen.bytes} bytes`);
        assert.ok(who.seen.requests.filter((url) => !url.startsWith("data:")).length <= 2, `${where}: ${who.seen.requests}`);
        assert.equal(await who.page.locator("script").count(), 0, where);
        await who.context.close();
      }
    }
  }

  // Typed by hand, with the keyboard alone: the short code that stands beside the square.
  const who = await visitor(browser, base, { script: false });
  await who.page.goto("/v");
  await who.page.goto(about.code);
  const text = await who.page.locator("main").innerText();
  const short = text.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/)?.[0];
  assert.ok(short, "a short code on the page");
  await who.page.goto("/v");
  await who.page.locator('input[name="code"]').first().focus();
  await who.page.keyboard.type(short.toLowerCase());
  await who.page.keyboard.press("Enter");
  await who.page.waitForURL(/\/v\/.+/);
  assert.match(await who.page.locator("h1").innerText(), /有效/);

  // 长辈版 is one tap away, and remembered.
  await who.page.goto("/v");
  await who.page.locator('header a[href*="large=1"]').first().click();
  await who.page.goto(about.code);
  assert.equal(await who.page.locator("html.large").count(), 1, "长辈版 is remembered");
  await who.context.close();
}
