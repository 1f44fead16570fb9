/** Writes `.gz` and `.br` beside every text asset, so that WhiteNoise sends them as they are. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(css|js|svg|json)$/;
const SMALLEST_WORTHWHILE = 512;

export function precompress(): Plugin {
  let assets = "";
  return {
    name: "ajj-precompress",
    apply: "build",
    configResolved(config) {
      assets = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    closeBundle() {
      for (const file of readdirSync(assets).filter((name) => TEXT.test(name))) {
        if (existsSync(join(assets, `${file}.br`))) continue;
        const bytes = readFileSync(join(assets, file));
        if (bytes.length < SMALLEST_WORTHWHILE) continue;
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        writeFileSync(join(assets, `${file}.gz`), gzipSync(bytes, { level: 9 }));
        writeFileSync(join(assets, `${file}.br`), brotliCompressSync(bytes, quality));
      }
    },
  };
}
