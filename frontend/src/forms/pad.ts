/** The optional pad for a drawn signature: strokes of whole points, as the server reads them. */

const WIDTH = 600;
const HEIGHT = 200;
/** Points nearer than this to the last one say nothing new. */
const STEP = 3;
const MOST = 12_000;

export interface Point { readonly x: number; readonly y: number }

/** The strokes as one path; a stroke of a single point is a short line, so that a dot shows. */
export function pathOf(strokes: readonly (readonly Point[])[]): string {
  return strokes.filter((stroke) => stroke.length > 0).map((stroke) => {
    const [first, ...rest] = stroke as [Point, ...Point[]];
    const lines = rest.length > 0 ? rest : [{ x: Math.min(WIDTH, first.x + 1), y: first.y }];
    return `M${first.x} ${first.y}${lines.map((point) => `L${point.x} ${point.y}`).join("")}`;
  }).join("");
}

/** A place on the screen as a point of the pad, never outside it. */
export function pointIn(box: { left: number; top: number; width: number; height: number }, x: number, y: number): Point {
  const within = (value: number, most: number): number => Math.round(Math.max(0, Math.min(most, value * most)));
  return { x: within((x - box.left) / box.width, WIDTH), y: within((y - box.top) / box.height, HEIGHT) };
}

/** Make `place` drawable; its hidden field holds what was drawn. */
export function pad(place: HTMLElement): void {
  const area = place.querySelector("svg");
  const line = area?.querySelector("path");
  const field = place.querySelector<HTMLInputElement>("input[name=drawn]");
  if (!area || !line || !field) return;
  let strokes: Point[][] = [];
  const show = (): void => {
    const path = pathOf(strokes);
    if (path.length > MOST) return;
    line.setAttribute("d", path);
    field.value = path;
  };
  const add = (event: PointerEvent): void => {
    const stroke = strokes.at(-1);
    if (!stroke) return;
    const point = pointIn(area.getBoundingClientRect(), event.clientX, event.clientY);
    const last = stroke.at(-1);
    if (last && Math.hypot(last.x - point.x, last.y - point.y) < STEP) return;
    stroke.push(point);
    show();
  };
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    strokes.push([]);
    add(event);
  });
  area.addEventListener("pointermove", (event) => { if (area.hasPointerCapture(event.pointerId)) add(event); });
  place.querySelector("[data-wipe]")?.addEventListener("click", () => {
    strokes = [];
    show();
  });
  place.hidden = false;
}
