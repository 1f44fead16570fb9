/** The video of a Jitsi deployment in the stage; log, checklist and evidence stay this page's own. */
import { html, type TemplateResult } from "lit-html";
import { t } from "../shared/strings.ts";
import type { Room } from "./room.ts";
import { ID } from "./testids.ts";

interface JitsiApi {
  addListener(event: string, listener: () => void): void;
  dispose(): void;
}

type JitsiConstructor = new (domain: string, options: Readonly<Record<string, unknown>>) => JitsiApi;

declare global {
  interface Window {
    JitsiMeetExternalAPI?: JitsiConstructor;
  }
}

const frame = document.createElement("div");
frame.className = "stage__jitsi";
frame.dataset["testid"] = ID.jitsi;

function loaded(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => reject(new Error(src)));
    document.head.append(script);
  });
}

/** Enters the Jitsi room; `onClosed` when the person hung up inside it. */
export async function enterJitsi(room: Room, onClosed: () => void): Promise<void> {
  const jitsi = room.joined?.jitsi;
  if (jitsi == null) return;
  try {
    await loaded(jitsi.script);
    const Api = window.JitsiMeetExternalAPI;
    if (Api === undefined) throw new Error("no JitsiMeetExternalAPI");
    const api = new Api(jitsi.domain, {
      roomName: jitsi.room,
      jwt: jitsi.jwt,
      parentNode: frame,
      width: "100%",
      height: "100%",
      lang: room.config.lang,
      userInfo: { displayName: room.config.me.name },
      configOverwrite: { prejoinConfig: { enabled: false }, disableDeepLinking: true },
    });
    api.addListener("videoConferenceLeft", onClosed);
    api.addListener("readyToClose", () => api.dispose());
  } catch {
    room.notify(t("jitsi.failed", { domain: jitsi.domain }), "danger");
  }
}

export function jitsiView(_room: Room): TemplateResult {
  return html`<section class="stage" aria-label=${t("stage.label")} data-testid=${ID.stage}>${frame}</section>`;
}
