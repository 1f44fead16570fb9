/**
 * Keeps the assets of earlier builds for a day, then removes them.
 *
 * Pages that were open before an upgrade, and servers that still run the build before, go on
 * finding their files: a build never takes an asset away from under a reader.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const DAY_MS = 24 * 60 * 60 * 1000;

export function prune(): Plugin {
  let assets = "";
  let current = new Set<string>();
  return {
    name: "ajj-prune",
    apply: "build",
    configResolved(config) {
      assets = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    writeBundle(_options, bundle) {
      current = new Set(Object.keys(bundle).map((name) => name.split("/").at(-1) ?? name));
    },
    closeBundle() {
      for (const file of readdirSync(assets)) {
        const path = join(assets, file);
        const mine = current.has(file.replace(/\.(br|gz)$/, ""));
        if (!mine && Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path);
      }
    },
  };
}
