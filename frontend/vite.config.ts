import { defineConfig } from "vite";
import { capsule } from "./build/capsule.ts";
import { precompress } from "./build/precompress.ts";
import { prune } from "./build/prune.ts";
import { sprite } from "./build/sprite.ts";

export default defineConfig(({ command }) => ({
  // Relative in the build, so that any STATIC_URL works; the dev server needs Django's prefix.
  base: command === "build" ? "./" : "/static/",
  plugins: [sprite(), precompress(), prune(), capsule()],
  build: {
    outDir: "dist",
    emptyOutDir: false, // prune() removes what is a day old
    manifest: "manifest.json",
    target: "es2022",
    // Cheap Android phones keep old WebViews: Lightning CSS lowers nesting and light-dark() for them.
    cssTarget: ["chrome100", "safari15.4", "firefox100"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        "src/room/main.ts",
        "src/review/main.ts",
        "src/camera/main.ts",
        "src/gladi/main.ts",
        "src/ujian/main.ts",
        "src/portfolio/main.ts",
        "src/shared/site.ts",
        "src/offline/worker.ts",
        "styles/main.css",
        "styles/room.css",
        "styles/review.css",
        "styles/camera.css",
        "styles/gladi.css",
        "styles/ujian.css",
        "styles/muk.css",
        "styles/portfolio.css",
        "icons/brand.svg",
      ],
    },
  },
}));
