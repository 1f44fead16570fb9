/** The gladi's page: replaces its introduction's button by the real one, and goes on from there. */
import { render } from "lit-html";
import { Api } from "../shared/api.ts";
import { fields, text, truth } from "../shared/json.ts";
import { Store } from "../shared/store.ts";
import { Rehearsal } from "./rehearsal.ts";
import { type GladiConfig, Run } from "./run.ts";
import { pageView } from "./view.ts";
import { speak } from "./words.ts";

const TICK_MS = 200;

function readConfig(): GladiConfig {
  const raw = fields(JSON.parse(document.getElementById("gladi-config")?.textContent ?? "{}"));
  const urls = fields(raw["urls"]);
  return {
    csrf: text(raw["csrf"]),
    lang: text(raw["lang"], "id"),
    zone: text(raw["zone"], "Asia/Jakarta"),
    practice: truth(raw["practice"]),
    urls: {
      report: text(urls["report"]),
      clock: text(urls["clock"]),
      bytes: text(urls["bytes"]),
      practice: text(urls["practice"]),
      room: text(urls["room"]),
    },
  };
}

async function start(root: HTMLElement): Promise<void> {
  const config = readConfig();
  await speak(config.lang);
  const api = new Api(config.csrf);
  const store = new Store(null);
  const run = new Run(config, api, store.changed);
  const rehearsal = new Rehearsal(api, config.urls.practice, store.changed);
  const begin = (): void => {
    // What stood there was true until now; the new report takes its place, at the top.
    for (const id of ["gladi-before", "gladi-intro"]) document.getElementById(id)?.setAttribute("hidden", "");
    void run.begin().then(() => {
      store.changed();
      requestAnimationFrame(() => document.getElementById("gladi-hasil")?.focus());
    });
  };
  store.watch(() => render(pageView({ config, run, rehearsal, begin }), root));
  setInterval(() => {
    if (run.phase === "running" || rehearsal.state !== "closed") store.changed();
  }, TICK_MS);
  window.addEventListener("pagehide", () => rehearsal.close());
  root.replaceChildren();
  store.changed();
}

const root = document.getElementById("gladi");
if (root !== null) await start(root);
