// Every page as a picture, and all of them on one sheet.
//
//   node screenshots.mjs BASE WORK FOLDER

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { DESKTOP, PHONE, launch, picture, signIn, signOut, visitor } from "./lib.mjs";
import { office, open, own, sample } from "./pages.mjs";

const [base, work, folder] = process.argv.slice(2);
const browser = await launch();
const about = await sample(base, work);
const LOOKS = [
  ["phone", { viewport: PHONE }],
  ["desktop", { viewport: DESKTOP }],
  ["phone-large", { viewport: PHONE, large: true }],
  ["phone-en", { viewport: PHONE, lang: "en" }],
];
for (const [look, as] of LOOKS) {
  const who = await visitor(browser, base, as);
  const take = async ([name, path]) => {
    await who.page.goto(path);
    await picture(who.page, `${folder}/${look}`, name);
  };
  for (const page of open(about)) await take(page);
  await signIn(who, "demo-clinic");
  for (const page of own) await take(page);
  await signOut(who);
  await signIn(who, "demo-officer");
  for (const page of office(about)) await take(page);
  await who.context.close();
  // One sheet for each look; long pages are cut.
  const pictures = readdirSync(`${folder}/${look}`).filter((file) => file.endsWith(".png")).sort();
  const width = look === "desktop" ? 420 : 240;
  execFileSync("montage", [
    ...pictures.flatMap((file) => ["-label", file.replace(".png", ""), `${folder}/${look}/${file}[x1800+0+0]`]),
    "-geometry", `${width}x${Math.round(width * 2.2)}>+8+8`, "-gravity", "north", "-tile", look === "desktop" ? "7x" : "10x",
    `${folder}/${look}.png`,
  ]);
}
await browser.close();
