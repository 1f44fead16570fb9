/**
 * One SVG sprite from the icons that are really used.
 *
 * `icons.txt` lists Lucide names, one a line (`#` starts a comment); `icons/*.svg` are our own.
 * The sprite is emitted as an asset under the manifest key `sprite.svg`, so that the `icon`
 * template tag finds its hashed name. A name that Lucide does not know stops the build.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

const SHAPE = /<svg[^>]*>([\s\S]*)<\/svg>/;

function symbol(id: string, svg: string): string {
  const body = SHAPE.exec(svg)?.[1];
  if (body === undefined) throw new Error(`icon "${id}" holds no <svg> element`);
  const viewBox = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? "0 0 24 24";
  const compact = body.replace(/\s*\n\s*/g, " ").replace(/ \/>/g, "/>").trim();
  return `<symbol id="${id}" viewBox="${viewBox}">${compact}</symbol>`;
}

export function iconNames(list: string): string[] {
  const names = list
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  return [...new Set(names)].sort();
}

export function buildSprite(root: string): string {
  const lucide = join(root, "node_modules/lucide-static/icons");
  const known = new Set(readdirSync(lucide));
  const names = iconNames(readFileSync(join(root, "icons.txt"), "utf8"));
  const unknown = names.filter((name) => !known.has(`${name}.svg`));
  if (unknown.length > 0) throw new Error(`icons.txt: not in Lucide: ${unknown.join(", ")}`);
  const own = readdirSync(join(root, "icons")).filter((file) => file.endsWith(".svg"));
  const symbols = [
    ...own.map((file) => symbol(basename(file, ".svg"), readFileSync(join(root, "icons", file), "utf8"))),
    ...names.map((name) => symbol(name, readFileSync(join(lucide, `${name}.svg`), "utf8"))),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

export function sprite(): Plugin {
  let root = "";
  return {
    name: "ajj-sprite",
    configResolved(config) {
      root = config.root;
    },
    buildStart() {
      if (this.meta.watchMode) this.addWatchFile(join(root, "icons.txt"));
      this.emitFile({
        type: "asset",
        name: "sprite.svg",
        originalFileName: "sprite.svg",
        source: buildSprite(root),
      });
    },
  };
}
