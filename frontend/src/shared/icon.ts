/** Icons of the one sprite; its hashed address is read from the page's own first icon. */
import { svg, type TemplateResult } from "lit-html";

let sprite: string | null = null;

function address(): string {
  sprite ??= document.querySelector("svg.icon use")?.getAttribute("href")?.replace(/#.*$/, "") ?? "";
  return sprite;
}

export function icon(name: string): TemplateResult<2> {
  return svg`<svg class="icon" aria-hidden="true" focusable="false"><use href="${address()}#${name}"></use></svg>`;
}
