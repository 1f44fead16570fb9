/** What of a form was changed here since it came from the server. No DOM. */

/** As `ajj.assessment.services.answers` reads them. */
export const PARTLY = "_sebagian";
export const CHANGED = "_ubah";
const TOKEN = "csrfmiddlewaretoken";

/** What changes as one: an entry with its free words; the whole of a table whose rows move. */
export function unitOf(name: string): string {
  return (name.split("/+", 1)[0] ?? name).replace(/\/lainnya$/, "");
}

/** Unit to what is typed in it, in one spelling. */
function units(values: URLSearchParams): Map<string, string> {
  const found = new Map<string, URLSearchParams>();
  for (const [name, value] of values) {
    if ([TOKEN, PARTLY, CHANGED].includes(name) || value === "") continue;
    const unit = found.get(unitOf(name)) ?? new URLSearchParams();
    unit.append(name, value.replace(/\r\n?/g, "\n"));
    found.set(unitOf(name), unit);
  }
  return new Map([...found].map(([unit, typed]) => [unit, typed.toString()]));
}

export class Changes {
  private base: Map<string, string>;

  /** `values`: the form as the server gave it. */
  constructor(values: URLSearchParams) {
    this.base = units(values);
  }

  /** Units whose values are no longer those of the server. */
  names(values: URLSearchParams): string[] {
    const now = units(values);
    return [...new Set([...this.base.keys(), ...now.keys()])].filter((unit) => this.base.get(unit) !== now.get(unit));
  }

  /** `values` reduced to what changed, and marked so. */
  only(values: URLSearchParams): URLSearchParams {
    const changed = new Set(this.names(values));
    const sent = new URLSearchParams([[PARTLY, "1"], ...[...changed].map((unit) => [CHANGED, unit])]);
    for (const [name, value] of values) if (name === TOKEN || changed.has(unitOf(name))) sent.append(name, value);
    return sent;
  }

  /** The server has `sent`. */
  stored(sent: URLSearchParams): void {
    const now = units(sent);
    for (const unit of sent.getAll(CHANGED)) {
      const typed = now.get(unit);
      if (typed === undefined) this.base.delete(unit);
      else this.base.set(unit, typed);
    }
  }
}
