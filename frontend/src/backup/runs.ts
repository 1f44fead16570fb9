/** Which lives of pages still last: each holds a lock of its own, which dies with it. */
const PREFIX = "ajj-run:";

/** Held until the page is gone. */
export async function hold(run: string): Promise<void> {
  if (!("locks" in navigator)) return;
  await navigator.locks.request(`${PREFIX}${run}`, () => new Promise<never>(() => undefined));
}

export async function running(): Promise<ReadonlySet<string>> {
  if (!("locks" in navigator)) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(
    (held ?? []).map(({ name }) => name ?? "").filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)),
  );
}
