/** The page before the room. */
import { html, nothing, type TemplateResult } from "lit-html";
import { lastView } from "../../gladi/last.ts";
import { deviceZone, longDate, wallMinutes, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t, word } from "../../shared/strings.ts";
import type { Choice } from "../devices.ts";
import type { Entrance } from "../entrance.ts";
import { ID } from "../testids.ts";
import { watchedView } from "../workplace/watched.ts";

export function joinView(entrance: Entrance, enter: () => void): TemplateResult {
  return html`<div class="join page" data-testid=${ID.join}>
    <div class="join__left">${factsView(entrance)} ${gladiView(entrance)} ${entrance.facts.role === "asesi" && entrance.closed === "" ? watchedView(null) : nothing} ${entrance.closed === "" ? consentView(entrance) : nothing}</div>
    <div class="join__right">${entrance.sends && entrance.closed === "" ? devicesView(entrance) : nothing} ${doorView(entrance, enter)}</div>
  </div>`;
}

function factsView({ facts, config }: Entrance): TemplateResult {
  const { zone, lang } = config;
  const own = deviceZone(zone);
  const differs = zoneLetters(own) !== zoneLetters(zone);
  const end = wallMinutes(facts.endsAt, zone);
  return html`<header class="join__facts">
    <p class="eyebrow">${word("join.eyebrow", facts.kind)}</p>
    <h1>${facts.judul}</h1>
    <dl class="pairs">
      <div><dt>${t("join.when")}</dt><dd>${longDate(facts.startsAt, zone, lang)}<br>${wallMinutes(facts.startsAt, zone).replace(/ .*$/, "")} ${t("join.until")} ${end}
        ${differs ? html`<br><span class="muted">${wallMinutes(facts.startsAt, own)}, ${t("join.yourZone")}</span>` : nothing}</dd></div>
      <div><dt>${t("join.people")}</dt><dd><ul>${facts.members.map(({ name, role, id }) => html`<li>${id === config.me.id ? html`<b>${name}</b>` : name} <span class="muted">${word("role", role)}</span></li>`)}</ul></dd></div>
      <div><dt>${t("join.role")}</dt><dd>${word("role", facts.role)}</dd></div>
    </dl>
  </header>`;
}

function gladiView({ facts, config }: Entrance): TemplateResult | typeof nothing {
  return lastView(facts.gladi, facts.role === "asesi", `${location.pathname}gladi/`, config.zone, config.lang);
}

function consentView(entrance: Entrance): TemplateResult | typeof nothing {
  const { consent, facts } = entrance;
  if (!entrance.opened) return nothing;
  if (!entrance.asked) return html`<section class="sheet sheet--pad" aria-busy="true"><span class="skeleton skeleton--mid"></span><span class="skeleton skeleton--tall"></span></section>`;
  if (consent === null) {
    return entrance.agreed
      ? html`<p class="alert alert--ok">${icon("circle-check")}<span>${t("join.consentGiven", { version: facts.consentVersion })}</span></p>`
      : nothing;
  }
  return html`<section class="sheet join__consent" aria-labelledby="consent-title">
    <div class="sheet__head"><h2 id="consent-title">${t("join.consent")}</h2><span class="muted">${t("join.consentVersion", { version: consent.version })}</span></div>
    <div class="sheet__body join__text" tabindex="0" data-testid=${ID.joinConsentText}>${consent.text.split(/\n{2,}/).map((part) => html`<p>${part}</p>`)}</div>
  </section>`;
}

function devicesView(entrance: Entrance): TemplateResult {
  const { media, trouble, choice } = entrance;
  const picture = media !== null && media.getVideoTracks().length > 0;
  return html`<section class="join__devices" aria-label=${t("join.devices")}>
    <div class="join__preview tile desk" data-testid=${ID.joinPreview} data-state=${picture ? "live" : "off"}>
      ${picture ? entrance.preview : html`<div class="stage__empty">${icon("video-off")}<span>${t("join.noCamera")}</span></div>`}
    </div>
    ${levelView(entrance)}
    ${trouble === null
      ? nothing
      : html`<div class="alert alert--warning" role="alert" data-testid=${ID.joinError}>${icon("camera-off")}<div><p>${word("device", trouble)}</p>
          <p><button class="btn btn--sm" @click=${() => void entrance.look(choice)}>${t("join.retryDevices")}</button></p></div></div>`}
    <div class="join__choices">
      ${choiceView(entrance, "camera", entrance.cameras)}
      ${choiceView(entrance, "microphone", entrance.microphones)}
    </div>
  </section>`;
}

function levelView(entrance: Entrance): TemplateResult | typeof nothing {
  if (entrance.media === null || entrance.media.getAudioTracks().length === 0) return nothing;
  return html`<div class="join__level">${icon("mic")}
    <progress class="meter meter--k" max="100" data-testid=${ID.joinLevel} .value=${Math.round(entrance.meter.level() * 100)} aria-label=${t("join.level")}></progress>
    <span class="muted">${t("join.levelHint")}</span></div>`;
}

function choiceView(entrance: Entrance, of: keyof Choice, found: readonly MediaDeviceInfo[]): TemplateResult {
  const value = entrance.choice[of];
  const none = of === "camera" ? t("join.noCamera") : t("join.noMicrophone");
  const pick = (event: Event): void => {
    const picked = (event.currentTarget as HTMLSelectElement).value;
    void entrance.look({ ...entrance.choice, [of]: picked === "none" ? null : picked });
  };
  const label = of === "camera" ? t("join.camera") : t("join.microphone");
  return html`<div class="field"><label for="choice-${of}">${label}</label>
    <select class="input" id="choice-${of}" @change=${pick}>
      ${found.length === 0 ? html`<option value="" ?selected=${value !== null}>${label}</option>` : nothing}
      ${found.map(({ deviceId, label: name }, index) => html`<option value=${deviceId} ?selected=${value === deviceId || (value === "" && index === 0)}>${name || `${label} ${index + 1}`}</option>`)}
      <option value="none" ?selected=${value === null}>${none}</option>
    </select></div>`;
}

function doorView(entrance: Entrance, enter: () => void): TemplateResult {
  const { facts, config, consent } = entrance;
  if (entrance.closed !== "") {
    return html`<div class="alert alert--off" role="status" data-testid=${ID.joinError}>${icon("clock")}<div><p>${entrance.closed}</p><p><a class="btn btn--sm" href=${String(config.urls["home"] ?? "/")}>${t("join.back")}</a></p></div></div>`;
  }
  if (!entrance.opened) {
    const time = wallMinutes(facts.opensAt, config.zone);
    return html`<div class="stack stack--sm"><p class="muted">${t("join.opens", { time })}</p>
      <button class="btn btn--lg btn--block" disabled data-testid=${ID.joinEnter}>${t("join.notYet", { time })}</button></div>`;
  }
  const agree = (event: Event): void => {
    entrance.agreed = (event.currentTarget as HTMLInputElement).checked;
    entrance.problem = "";
  };
  return html`<div class="stack stack--sm join__door">
    ${entrance.problem === "" ? nothing : html`<p class="alert alert--danger" role="alert" data-testid=${ID.joinError}>${icon("circle-alert")}<span>${entrance.problem}</span></p>`}
    ${entrance.sends ? nothing : html`<p class="muted">${t("join.watching", { role: word("role", facts.role) })}</p>`}
    ${consent === null
      ? nothing
      : html`<label class="check"><input type="checkbox" .checked=${entrance.agreed} @change=${agree} data-testid=${ID.joinConsent}><span>${t("join.consentAgree")}</span></label>`}
    <button class="btn btn--primary btn--lg btn--block" data-testid=${ID.joinEnter} aria-busy=${String(entrance.entering)}
      ?disabled=${!entrance.asked || entrance.entering} @click=${enter}>${doorWords(entrance)}</button>
  </div>`;
}

function doorWords(entrance: Entrance): string {
  if (entrance.entering) return t("join.entering");
  if (!entrance.asked) return t("join.loading");
  if (!entrance.sends) return t("join.enterAgain");
  if (entrance.media === null) return t("join.enterSilent");
  if (entrance.media.getVideoTracks().length === 0) return t("join.enterMuted");
  return entrance.consent === null ? t("join.enterAgain") : t("join.enter");
}
