// A service of one's own, for a journey in which it dies.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BINARY = process.env.CLINIC_REGISTRY ?? fileURLToPath(new URL("../../target/debug/clinic-registry", import.meta.url));

export class Served {
  constructor(data) {
    this.data = data;
    this.listen = "127.0.0.1:0";
  }

  /** Starts it on its data, on the same address as before; answers when it listens. */
  async start() {
    this.child = spawn(BINARY, ["serve", "--listen", this.listen, "--data", this.data, "--log", "warn"], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: this.child.stdout })) {
      const address = line.match(/^listening on (http:\/\/(\S+))/);
      if (!address) continue;
      [, this.base, this.listen] = address;
      this.child.stdout.resume();
      return this;
    }
    throw new Error("the service ended before it listened");
  }

  /** As by a power cut: nothing is said to it. */
  async kill() {
    if (this.child?.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }
}
