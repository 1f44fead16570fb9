/** Bundles tests/*.test.ts with Vite and runs them by Node's own runner: no second toolchain. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const outDir = join(root, "node_modules/.cache/tests");
const input = readdirSync(join(root, "tests"))
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join(root, "tests", name));

rmSync(outDir, { recursive: true, force: true });
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: { ssr: true, outDir, target: "node20", rolldownOptions: { input } },
});
const files = readdirSync(outDir).filter((name) => name.endsWith(".test.js"));
const { status } = spawnSync(process.execPath, ["--test", ...files.map((name) => join(outDir, name))], {
  stdio: "inherit",
});
process.exit(status ?? 1);
