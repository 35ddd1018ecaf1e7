// The offline check: with and without a network.

import { offline, reasons } from "../offline.mjs";

export default async function journey(about) {
  await reasons(about);
  await offline(about);
}
