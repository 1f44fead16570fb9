/** Words of the workbench: the Indonesian source is the key, English answers to it. */
const EN: Readonly<Record<string, string>> = {
  "Putar": "Play", "Jeda": "Pause", "Mundur 5 detik": "Back 5 seconds", "Maju 5 detik": "Forward 5 seconds",
  "Kecepatan": "Speed", "Bunyikan": "Unmute", "Bisukan": "Mute", "Ceklis saat ini": "Checklist at this second",
  "Ceklis asesor": "Asesor's checklist", "Ceklis pada {time}": "Checklist at {time}", "Salin tautan": "Copy link",
  "Tersalin": "Copied", "Seluruh sesi": "Whole session", "Perbesar": "Zoom in", "Perkecil": "Zoom out",
  "Garis waktu": "Timeline", "Tanda": "Marks", "Bukti": "Evidence", "Kejadian": "Incidents", "Obrolan": "Chat",
  "Anda tonton": "You watched", "Ditonton": "Watched", "Asesi": "Asesi", "Asesor": "Asesor", "Pendamping": "Co-asesor",
  "Layar {who}": "Screen, {who}", "Kamera kedua": "Second camera", "terekam di server": "recorded by the server",
  "terisi rekaman perangkat": "filled from the device", "tidak terekam": "not recorded", "sudah ditonton": "watched",
  "putar": "play", "5 dtk": "5 s", "komentar": "comment", "{stream} tidak terekam": "{stream} not recorded",
  "{stream} belum mulai": "{stream} not started", "{stream} sudah berhenti": "{stream} has stopped",
  "Potongan tidak dapat dimuat, dicoba lagi": "Segment failed to load, trying again", "Memuat": "Loading",
  "Peramban ini tidak dapat memutar rekaman": "This browser cannot play the recording",
  "Belum ada rekaman": "No recording yet", "Rekaman sesi ini belum tersedia.": "This session has no recording yet.",
  "Komentar": "Comments", "hanya komite": "komite only", "Komentar pada {time}": "Comment at {time}", "Kirim": "Send",
  "Belum ada komentar.": "No comments yet.", "Anda": "You", "Anggota komite": "Committee members",
  "sudah memutuskan": "has decided", "meninjau, {percent}% ditonton": "reviewing, {percent}% watched", "ketua": "chair",
  "Putusan anggota lain tampil setelah Anda memutuskan.": "Other findings show once you have decided.",
  "Keputusan saya": "My finding", "Rekomendasi asesor": "The asesor recommends", "Kompeten": "Competent",
  "Belum kompeten": "Not yet competent", "Klarifikasi": "Clarification", "Alasan": "Reason",
  "Alasan putusan Anda": "Reason for your finding", "Saya bukan asesor, pelatih, atau kerabat asesi ini.":
    "I am not the asesor, trainer or relative of this asesi.", "Simpan keputusan": "Save finding",
  "Ubah keputusan": "Change finding", "Menyimpan": "Saving", "Keputusan tersimpan.": "Finding saved.",
  "Tanda risiko belum ditonton": "Risk signs not watched yet", "Semua tanda risiko sudah ditonton.": "All risk signs watched.",
  "Unit": "Unit", "belum ditandai": "not marked", "{count} bukti": "{count} pieces of evidence", "dibatalkan": "undone",
  "Berkas ini tidak ditugaskan kepada Anda; Anda hanya melihat.": "This file is not assigned to you; you are looking only.",
  "Berkas ini sudah diplenokan.": "The pleno has decided on this file.", "Koneksi terputus. Tontonan dan komentar yang sudah terkirim aman; muat ulang untuk melanjutkan.":
    "Connection lost. What was sent is safe; reload to go on.", "koneksi": "connection", "dihentikan": "stopped",
  "proses media": "media process", "Kembali": "Back", "ya": "yes", "tidak": "no", "lanjut": "further assessment",
};

let english = false;

export function speak(lang: string): void {
  english = lang.startsWith("en");
}

export function t(words: string, values: Readonly<Record<string, string | number>> = {}): string {
  const said = english ? (EN[words] ?? words) : words;
  return said.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const CAUSES: Readonly<Record<string, string>> = {
  connection: "koneksi",
  network: "koneksi",
  "not recorded": "tidak terekam",
  stopped: "dihentikan",
  "media process": "proses media",
};

/** The cause of a gap in words; an unknown one as it stands. */
export function cause(name: string): string {
  return t(CAUSES[name] ?? name);
}
