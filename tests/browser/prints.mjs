// Pages as they are printed: a PDF of each, and its sheets as pictures.
//
//   node prints.mjs BASE WORK FOLDER

import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { PHONE, launch, visitor } from "./lib.mjs";
import { acts, open, sample } from "./pages.mjs";

const [base, work, folder] = process.argv.slice(2);
const PRINTED = /^(check-(scanned|superseded|copy|unknown)|clinic-(active-online|suspended)|guide-telemedicine|announcements|telemedicine|report-receipt|paper-decision)$/;
const browser = await launch();
const about = await sample(base, work);
await mkdir(folder, { recursive: true });
for (const lang of ["zh", "en"]) {
  const who = await visitor(browser, base, { viewport: PHONE, lang });
  const print = async (name) => {
    const file = `${folder}/${name}-${lang}`;
    await who.page.pdf({ path: `${file}.pdf`, format: "A4", preferCSSPageSize: true });
    execFileSync("pdftoppm", ["-r", "60", "-png", `${file}.pdf`, file]);
  };
  for (const [name, path] of open(about).filter(([name]) => PRINTED.test(name))) {
    await who.page.goto(path);
    await print(name);
  }
  for (const [name, act] of acts(about).filter(([name]) => PRINTED.test(name))) {
    await act(who.page);
    await print(name);
  }
  await who.context.close();
}
await browser.close();
