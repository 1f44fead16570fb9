/**
 * The offline viewer: one classic script, one style sheet, one page, to be opened by `file://`.
 *
 * There modules, fetch and outside sprites are refused, so everything is inlined: fonts into the
 * style sheet, icons into the page. The page loads `data.js`, which the capsule's writer adds.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";
import { buildSprite } from "./sprite.ts";

export function capsule(): Plugin {
  let root = "";
  let out = "";
  return {
    name: "ajj-capsule",
    apply: "build",
    configResolved(config) {
      root = config.root;
      out = join(config.root, config.build.outDir, "capsule");
    },
    async closeBundle() {
      await build({
        configFile: false,
        root,
        base: "./",
        logLevel: "warn",
        build: {
          outDir: out,
          emptyOutDir: true,
          target: "es2022",
          cssTarget: ["chrome100", "safari15.4", "firefox100"],
          assetsInlineLimit: () => true,
          cssCodeSplit: false,
          modulePreload: false,
          copyPublicDir: false,
          rolldownOptions: {
            input: join(root, "src/capsule/main.ts"),
            output: { format: "iife", entryFileNames: "viewer/app.js", assetFileNames: "viewer/app[extname]" },
          },
        },
      });
      const sprite = buildSprite(root).replace("<svg ", '<svg class="sprite" aria-hidden="true" ');
      const page = readFileSync(join(root, "src/capsule/index.html"), "utf8").replace("<!--sprite-->", sprite);
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, "index.html"), page);
    },
  };
}
