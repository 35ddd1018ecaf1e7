// Compiles the style sheets into src/portal/static, each with the hash of what it was made from: a test compares it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { compile } from "sass";

const here = new URL(".", import.meta.url).pathname;
const sources = readdirSync(here).filter((name) => name.endsWith(".scss") || name === "package.json").sort();
const hash = createHash("sha256");
for (const name of sources) hash.update(name).update("\0").update(readFileSync(here + name)).update("\0");
const digest = hash.digest("hex");

for (const name of ["site", "verify"]) {
  const { css } = compile(`${here}${name}.scss`, { style: "compressed", loadPaths: [`${here}node_modules`], quietDeps: true });
  // Components take the font of the page anyway: saying so in each of them is a fifth of the sheet.
  const font = /font-family:inherit;-webkit-font-smoothing:antialiased;-moz-osx-font-smoothing:grayscale;?/g;
  const print = /@media print\{[^{}]+\{font-family:inherit\}\}/g;
  const empty = /[^{}]+\{\}/g;
  const light = css.replace(font, "").replace(print, "").replace(empty, "");
  const dressed = light.replace("\uFEFF", "").replace("SOURCES", digest).trimEnd();
  writeFileSync(`${here}../src/portal/static/${name}.css`, `${dressed}\n`);
  console.log(name, dressed.length);
}
