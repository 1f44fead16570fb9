/** The server's answer to what was measured. */
import { fields, instant, list, text } from "../shared/json.ts";

export interface ReportLine {
  readonly key: string;
  readonly label: string;
  readonly level: string;
  readonly figure: string;
  readonly advice: string;
}

export interface Report {
  readonly verdict: string;
  readonly title: string;
  readonly at: number;
  readonly todo: readonly string[];
  readonly lines: readonly ReportLine[];
}

export function readReport(value: unknown): Report {
  const raw = fields(value);
  return {
    verdict: text(raw["verdict"]),
    title: text(raw["title"]),
    at: instant(raw["at"]) ?? 0,
    todo: list(raw["todo"]).map((item) => text(item)),
    lines: list(raw["lines"]).map((item) => {
      const line = fields(item);
      return {
        key: text(line["key"]),
        label: text(line["label"]),
        level: text(line["level"]),
        figure: text(line["figure"]),
        advice: text(line["advice"]),
      };
    }),
  };
}
