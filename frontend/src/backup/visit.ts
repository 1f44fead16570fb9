/** On any page of the asesi but the room: finishes what an earlier session still owes. */
import { html, nothing, render } from "lit-html";
import { fileSize } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { hints } from "./hint.ts";
import { Keep } from "./keep.ts";
import { Ledger } from "./ledger.ts";
import { meterOf } from "./meter.ts";
import { running } from "./runs.ts";
import { Uploader } from "./uploader.ts";
import { ID } from "./view.ts";
import { lasting, speak, w } from "./words.ts";

function csrf(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** A device's clock may be wrong by this much. */
const LATE_MS = 24 * 60 * 60 * 1000;

class Visit {
  #owed = false;
  #uploader: Uploader | null = null;
  readonly #root = document.createElement("div");

  constructor(
    private readonly ledger: Ledger,
    private readonly session: string,
  ) {
    this.#root.className = "backupnote";
    this.#root.setAttribute("role", "status");
    document.querySelector("main")?.prepend(this.#root);
  }

  async begin(): Promise<void> {
    const keep = new Keep(this.ledger, this.session);
    await keep.adopt(await running());
    this.#uploader = new Uploader({
      keep,
      url: `/api/v1/sessions/${this.session}/backup`,
      csrf: csrf(),
      line: () => ({ online: navigator.onLine, live: "none", downMs: 0, availableBps: null, sentBps: 0, loss: 0, tripMs: null }),
      onChange: () => this.#draw(),
      over: () => true,
    });
  }

  #draw(): void {
    const progress = this.#uploader?.progress;
    if (progress === undefined) return;
    const { owing, percent, phase } = meterOf(progress);
    this.#owed ||= owing;
    render(
      owing
        ? html`<section class="alert alert--info" data-testid=${ID.visit} data-bytes=${progress.owed.bytes}>${icon("cloud-upload")}<div>
            <b>${w("visit.title", { time: lasting(progress.owed.ms), size: fileSize(progress.owed.bytes, document.documentElement.lang) })}</b>
            <progress class="meter" max="100" .value=${percent} aria-label=${w("owed.progress")}></progress>
            <p>${phase === null ? nothing : w(phase, { percent })} ${w("owed.keep")}</p></div></section>`
        : this.#owed && progress.phase === "idle"
          ? html`<section class="alert alert--ok" data-testid=${ID.visit} data-bytes="0">${icon("circle-check")}<div>${w("visit.done")}</div></section>`
          : nothing,
      this.#root,
    );
  }
}

async function begin(): Promise<void> {
  await speak(document.documentElement.lang);
  const ledger = await Ledger.open();
  for (const [session, until] of hints()) {
    // Somebody else may be logged in here by now; what is of no use to anyone goes all the same.
    if (until !== null && Date.now() > until + LATE_MS) await new Keep(ledger, session).clear();
    else await new Visit(ledger, session).begin();
  }
}

// Without a database there is nothing that could be owed from here.
void begin().catch(() => undefined);
