// Every page as a picture, and all of them on one sheet for each look.
//
//   node screenshots.mjs BASE WORK FOLDER [LOOK…]

import { readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DESKTOP, PHONE, SMALL, launch, picture, signIn, signOut, visitor } from "./lib.mjs";
import { acts, office, open, own, ownActs, sample } from "./pages.mjs";

const [base, work, folder, ...chosen] = process.argv.slice(2);
const browser = await launch();
const about = await sample(base, work);
const LOOKS = [
  ["phone", { viewport: PHONE }],
  ["desktop", { viewport: DESKTOP }],
  ["phone-large", { viewport: PHONE, large: true }],
  ["phone-en", { viewport: PHONE, lang: "en" }],
  ["desktop-en", { viewport: DESKTOP, lang: "en" }],
  ["small-large", { viewport: SMALL, large: true }],
  ["small-large-en", { viewport: SMALL, large: true, lang: "en" }],
  // A browser at 200 %: half as many points, each of four dots.
  ["zoomed", { viewport: { width: DESKTOP.width / 2, height: DESKTOP.height / 2 }, scale: 2 }],
];

/** All pictures of a look, side by side; long pages are cut. */
async function sheet(look) {
  const names = readdirSync(`${folder}/${look}`).filter((file) => file.endsWith(".png")).sort();
  const figures = names.map((file) => `<figure><figcaption>${file.replace(".png", "")}</figcaption><img src="${look}/${file}"></figure>`);
  const style = `body { margin: 16px; font: 13px sans-serif; display: grid; gap: 20px 14px; grid-template-columns: repeat(${look.startsWith("desktop") ? 6 : 10}, 1fr); background: #dde3ea }
    figure { margin: 0 } img { width: 100%; max-height: 620px; object-fit: cover; object-position: top; background: #fff; border: 1px solid #aab }`;
  writeFileSync(`${folder}/${look}.html`, `<!doctype html><meta charset="utf-8"><title>${look}</title><style>${style}</style>${figures.join("\n")}`);
  const page = await browser.newPage({ viewport: { width: 2400, height: 1200 } });
  await page.goto(pathToFileURL(resolve(`${folder}/${look}.html`)).href);
  await page.screenshot({ path: `${folder}/${look}.png`, fullPage: true });
  await page.close();
}

for (const [look, as] of LOOKS.filter(([look]) => chosen.length === 0 || chosen.includes(look))) {
  const who = await visitor(browser, base, as);
  const take = (name) => picture(who.page, `${folder}/${look}`, name);
  for (const [name, path] of open(about)) {
    await who.page.goto(path);
    await take(name);
  }
  for (const [name, act] of acts(about)) {
    await act(who.page);
    await take(name);
  }
  await signIn(who, "demo-clinic");
  for (const [name, path] of own(about)) {
    await who.page.goto(path);
    await take(name);
  }
  for (const [name, act] of ownActs) {
    await act(who.page);
    await take(name);
  }
  await signOut(who);
  await signIn(who, "demo-officer");
  for (const [name, path] of office(about)) {
    await who.page.goto(path);
    await take(name);
  }
  await who.context.close();
  await sheet(look);
}
await browser.close();
