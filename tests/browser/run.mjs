// Journeys in a real browser against a running demonstration.
//
//   node run.mjs BASE WORK [JOURNEY…]

import { launch } from "./lib.mjs";
import { sample } from "./pages.mjs";

const [base, work, ...chosen] = process.argv.slice(2);
const JOURNEYS = ["every-page", "check", "lookup", "report", "access", "filing", "uploads", "clerks", "inbox", "after", "lost", "offline"];

const browser = await launch();
const about = await sample(base, work);
let failed = 0;
for (const name of chosen.length > 0 ? chosen : JOURNEYS) {
  const started = Date.now();
  try {
    const { default: journey } = await import(`./journeys/${name}.mjs`);
    await journey({ browser, base, work, about });
    console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    failed += 1;
    console.error(`${name}: FAILED\n${error.stack}`);
  }
}
await browser.close();
process.exit(failed > 0 ? 1 : 0);
