/** What only this screen knows: open tab, current row, drafts. Nothing here is ever the record. */
import type { Facts } from "./facts.ts";

export type Tab = "ceklis" | "bukti" | "agenda" | "obrolan" | "kejadian";
export type Dialog = "end" | "leave" | "incident" | "link" | "identity" | "timer" | "ujian" | null;
export type SheetHeight = "low" | "half" | "full";

export interface Judging {
  readonly valid: boolean;
  readonly asli: boolean;
  readonly terkini: boolean;
  readonly memadai: boolean;
  readonly kuk: number | null;
}

export interface Notice {
  readonly id: string;
  readonly words: string;
  readonly tone: "info" | "danger";
}

export interface Ui {
  tab: Tab;
  sheet: SheetHeight;
  dialog: Dialog;
  current: number | null;
  /** The current row moved by keyboard: bring it into view once. */
  follow: boolean;
  noteFor: number | null;
  againFor: string | null;
  notices: readonly Notice[];
  judging: Map<string, Judging>;
  seen: Map<Tab, number>;
  changeProposal: boolean;
  changeRecommendation: boolean;
  /** Starts of the spans that are being asked of the asesi's device right now. */
  asking: Set<number>;
  pinned: string | null;
  /** For screen readers: what the last key did. */
  said: string;
  left: boolean;
}

/** Neither the asesi nor technical support reads marks. */
export function hasChecklist({ role, kind }: Facts): boolean {
  return kind !== "pra_asesmen" && role !== "asesi" && role !== "admin";
}

export function tabsFor(facts: Facts): Tab[] {
  const tabs: Tab[] = ["bukti", "agenda", "obrolan", "kejadian"];
  return hasChecklist(facts) ? ["ceklis", ...tabs] : tabs;
}

function firstTab(facts: Facts): Tab {
  if (facts.kind === "pra_asesmen" || facts.role === "admin") return "agenda";
  return facts.role === "asesi" ? "bukti" : "ceklis";
}

export function freshUi(facts: Facts): Ui {
  return {
    tab: firstTab(facts), sheet: "half", dialog: null, current: null,
    follow: false, noteFor: null, againFor: null, notices: [], judging: new Map(), seen: new Map(),
    changeProposal: false, changeRecommendation: false, asking: new Set(), pinned: null, said: "", left: false,
  };
}
