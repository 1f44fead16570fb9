"use strict";
// Lists and plays a capsule from its folder, without network. Everything shown is text, never markup.
(() => {
  const { manifest, log, session } = globalThis.CAPSULE;
  const names = new Map(session.people.map((one) => [one.id, one.name]));
  const kinds = { camera: "Kamera", screen: "Layar", second_camera: "Kamera kedua" };
  const byId = (id) => document.getElementById(id);

  function made(tag, text = "", fields = {}) {
    const node = Object.assign(document.createElement(tag), fields);
    node.append(text);
    return node;
  }
  function clock(ms) {
    const seconds = Math.floor(ms / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map((part) => String(part).padStart(2, "0")).join(".");
  }
  const person = (id) => names.get(id) ?? (id === "system" ? "sistem" : id);

  byId("title").textContent = `${session.skema.judul}`;
  byId("facts").textContent = `${session.when} · ${session.tuk} · ${session.lsp} · sesi ${session.session}`;

  function lane(stream) {
    const box = made("div", "", { className: "stream" });
    const video = made("video", "", { controls: true, preload: "none" });
    const bar = made("div", "", { className: "lane" });
    const whole = Math.max(1, manifest.duration_ms);
    const pieces = stream.segments.filter((one) => one.url).sort((a, b) => a.start_ms - b.start_ms);
    const buttons = pieces.map((one, place) => {
      const button = made("button", "", { type: "button", title: `${clock(one.start_ms)} – ${clock(one.end_ms)}` });
      button.dataset.source = one.source;
      button.style.left = `${(100 * one.start_ms) / whole}%`;
      button.style.width = `${(100 * (one.end_ms - one.start_ms)) / whole}%`;
      button.setAttribute("aria-label", `Putar dari ${clock(one.start_ms)}`);
      button.addEventListener("click", () => play(place));
      return button;
    });
    function play(place) {
      for (const button of buttons) button.removeAttribute("aria-current");
      if (!pieces[place]) return;
      buttons[place].setAttribute("aria-current", "true");
      video.src = pieces[place].url;
      video.onended = () => play(place + 1);
      void video.play();
    }
    bar.append(...buttons);
    const gone = stream.segments.find((one) => one.erased);
    const gaps = manifest.gaps.filter((gap) => gap.stream === stream.stream);
    const words = gaps.map((gap) => `${clock(gap.start_ms)}–${clock(gap.end_ms)} ${gap.cause}${gap.filled_by ? " (diisi cadangan perangkat)" : ""}`);
    box.append(
      made("h3", `${person(stream.owner)} · ${kinds[stream.kind] ?? stream.kind}`),
      gone ? made("p", `Dimusnahkan menurut ${gone.erased}`) : video,
      bar,
      made("p", words.length ? `Celah: ${words.join("; ")}` : "Tanpa celah."),
    );
    return box;
  }
  byId("streams").append(...manifest.streams.map(lane));

  function link(row, text) {
    const item = made("li");
    item.append(row.url ? made("a", text, { href: row.url }) : made("span", `${text} (dimusnahkan: ${row.erased})`));
    return item;
  }
  byId("forms").append(...manifest.forms.map((row) => link(row, `${row.code} (catatan ke-${row.seq})`)));
  byId("evidence").append(...manifest.evidence.map((row) => link(row, `${row.filename} · ${person(row.owner)}`)));
  const sealed = log.filter((entry) => entry.kind === "session.sealed");
  byId("seals").append(
    ...sealed.map(({ data }) => made("li", `Catatan ke-${data.seq}: ${data.head} · kunci ${data.kid}`, { className: "mono" })),
  );

  const rows = log.map((entry) => {
    const row = document.createElement("tr");
    const cells = [entry.seq, clock(entry.at_ms), entry.kind, person(entry.actor), JSON.stringify(entry.data)];
    row.append(...cells.map((cell) => made("td", String(cell))));
    return row;
  });
  byId("log").append(...rows);
  byId("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
})();
