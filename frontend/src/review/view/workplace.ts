/** Lanes of what the room noted beside marks and talk: who was recognised, when the page was left. */
import { detail, type Line } from "../../room/fold.ts";
import type { Identity } from "../../room/workplace/fold.ts";
import type { Desk } from "../desk.ts";
import type { Span } from "../model.ts";
import { t } from "../words.ts";

const STATES: Readonly<Record<Identity["state"], string>> = {
  belum_diperiksa: "belum diperiksa", ditunjukkan: "kartu ditunjukkan", cocok: "cocok", tidak_cocok: "tidak cocok", ragu: "ragu",
};

export interface IdentityMoment {
  readonly at: number;
  readonly words: string;
  readonly state: Identity["state"];
}

/** Each change once: a connection and its camera fall back together. */
export function identityMoments(desk: Desk): IdentityMoment[] {
  return desk.log.work.identityStory
    .filter(({ state }, i, all) => state !== "belum_diperiksa" || all[i - 1]?.state !== state)
    .map(({ state, atMs, note }) => ({ at: atMs, state, words: t(STATES[state]) + (note === "" ? "" : `: ${note}`) }));
}

/** When the asesi's page was out of sight; several short absences count as one of their length. */
export function absences(desk: Desk): Span[] {
  return desk.log.work.absences.map(({ atMs, ms }) => ({ start: Math.max(0, atMs - ms), end: atMs }));
}

/** An irregularity as it was called when it was written, and what was added in words. */
export function incidentWords(line: Line): string {
  const [judul, text] = [detail(line, "judul"), detail(line, "text")];
  return judul === "" ? text || detail(line, "code") : text === "" ? judul : `${judul}: ${text}`;
}
