// Every page in every look: sound, and large enough to tap.

import { DESKTOP, PHONE, SMALL, signIn, signOut, sound, targets, visitor } from "../lib.mjs";
import { office, open, own } from "../pages.mjs";

const LOOKS = [
  { lang: "zh", viewport: PHONE, axe: true },
  { lang: "en", viewport: DESKTOP, axe: true },
  { lang: "zh", large: true, viewport: PHONE, axe: true },
  { lang: "en", viewport: SMALL, script: false },
  { lang: "zh", large: true, viewport: SMALL, script: false },
];

export default async function everyPage({ browser, base, about }) {
  const wrong = [];
  for (const { axe = false, ...look } of LOOKS) {
    const who = await visitor(browser, base, look);
    const seen = async ([name, path]) => {
      const where = `${name} ${look.lang}${look.large ? " large" : ""} ${look.viewport.width}`;
      who.seen.requests.length = 0;
      who.seen.problems.length = 0;
      await who.page.goto(path);
      for (const check of [() => sound(who, base, where, { axe }), () => targets(who, where)]) {
        await check().catch((error) => wrong.push(error.message));
      }
    };
    for (const page of open(about)) await seen(page);
    await signIn(who, "demo-clinic");
    for (const page of own(about)) await seen(page);
    await signOut(who);
    await signIn(who, "demo-officer");
    for (const page of office(about)) await seen(page);
    await who.context.close();
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} pages:\n${wrong.join("\n")}`);
}
