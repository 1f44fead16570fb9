/** Words of the workbench: the Indonesian source is the key, English answers to it. */
import { sessionTime } from "../shared/format.ts";
import { filled } from "../shared/vocabulary.ts";
import type { Gap } from "./model.ts";

const EN: Readonly<Record<string, string>> = {
  "Berkas": "File", "Asal": "Where from", "Diterima": "Received",
  "Putar": "Play", "Jeda": "Pause", "Mundur 5 detik": "Back 5 seconds", "Maju 5 detik": "Forward 5 seconds",
  "Kecepatan": "Speed", "Bunyikan": "Unmute", "Bisukan": "Mute", "Ceklis saat ini": "Checklist at this second",
  "Ceklis asesor": "Asesor's checklist", "Ceklis pada {time}": "Checklist at {time}", "Salin tautan": "Copy link",
  "Tersalin": "Copied", "Seluruh sesi": "Whole session", "Perbesar": "Zoom in", "Perkecil": "Zoom out",
  "Garis waktu": "Timeline", "Tanda": "Marks", "Bukti": "Evidence", "Kejadian": "Incidents", "Obrolan": "Chat", "Ujian": "Tests",
  "Anda tonton": "You watched", "Ditonton": "Watched", "Asesi": "Asesi", "Asesor": "Asesor", "Pendamping": "Co-asesor",
  "Layar {who}": "Screen, {who}", "Kamera kedua": "Second camera", "terekam di server": "recorded by the server",
  "diisi dari cadangan perangkat": "filled from the device's backup", "tidak terekam": "not recorded", "sudah ditonton": "watched",
  "putar": "play", "5 dtk": "5 s", "komentar": "comment", "{stream} tidak terekam": "{stream} not recorded",
  "Media ini telah dimusnahkan": "This media was destroyed", "menurut BA nomor {number}": "by minutes no. {number}",
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
    "Connection lost. What was sent is safe; reload to go on.", "koneksi terputus": "connection lost", "dihentikan pemiliknya": "stopped by its owner",
  "dibisukan": "muted", "media tersendat": "media stalled", "server media terhenti": "media server stopped",
  "penyimpanan terganggu": "storage failed", "belum bergabung": "not joined yet", "layar penuh": "full screen",
  "Layar penuh": "Full screen", "Unduhan": "Downloads", "sedang dibuat": "being made", "Celah rekaman": "Gaps of the recording",
  "{count} celah": "{count} gaps", "{filled} sudah terisi": "{filled} filled", "Tidak ada celah: seluruh sesi terekam.":
    "No gaps: the whole session is recorded.", "Dari": "From", "Sampai": "To", "Lama": "Length", "Sumber": "Source",
  "Sebab": "Cause", "Keadaan": "State", "{seconds} dtk": "{seconds} s", "Buat berkas": "Make a file",
  "Satu sumber": "One source", "Berdampingan": "Side by side", "Kapsul": "Capsule", "Unduh": "Download",
  "menunggu giliran": "waiting its turn", "dibuat, {percent}%": "being made, {percent}%", "siap, {size}": "ready, {size}",
  "gagal": "failed", "dibatalkan oleh Anda": "cancelled by you", "sudah dihapus": "removed", "Batalkan": "Cancel",
  "Hapus": "Remove", "Belum ada berkas.": "No files yet.", "Berkas dibuat di latar belakang dan tersimpan tiga hari. Halaman ini boleh ditutup.":
    "Files are made in the background and kept for three days. You may close this page.",
  "Rekaman ini sudah dimusnahkan.": "This recording was destroyed.", "Belum ada rekaman untuk berkas ini.": "There is no recording for this file.",
  "Pembuatannya terhenti. Coba lagi.": "It could not be made. Try again.", "Server tidak terjangkau. Coba lagi.": "The server cannot be reached. Try again.",
  "Formulir": "Forms", "Segel": "Seal", "Log": "Log", "Buka": "Open", "Tidak ada.": "None.", "musnah": "destroyed", "Kembali": "Back", "Putaran ruang": "Room sweep", "Lanjutan tanpa sambungan langsung": "Continued without a live connection",
  "Sejak {time}: {reason}": "Since {time}: {reason}", "Tugas": "Task", "Jawaban": "Answer", "jawaban": "answer", "tidak dijawab": "not answered",
  "rekaman belum diterima": "recording not received", "Rekaman jawaban": "Recorded answer", "terlambat {time}": "{time} late", "tepat waktu": "on time",
  "waktu rekam menurut perangkat tidak cocok": "the device's time of recording does not fit", "dari jawaban, tanpa sambungan langsung": "from an answer, without a live connection",
  "Hasil": "Result", "Catatan": "Note",
  "aman": "safe", "ada temuan": "something found", "tidak dilakukan": "not done", "belum dinilai": "not judged", "ya": "yes", "tidak": "no", "lanjut": "further assessment",
  "Identitas": "Identity", "belum diperiksa": "not checked", "kartu ditunjukkan": "card shown", "cocok": "matches",
  "tidak cocok": "does not match", "ragu": "in doubt", "Di luar halaman": "Off the page",
};

let english = false;

export function speak(lang: string): void {
  english = lang.startsWith("en");
}

export function t(words: string, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(english ? (EN[words] ?? words) : words, values);
}

const CAUSES: Readonly<Record<string, string>> = {
  network: "koneksi terputus",
  stopped: "dihentikan pemiliknya",
  muted: "dibisukan",
  stalled: "media tersendat",
  "media process": "server media terhenti",
  storage: "penyimpanan terganggu",
  "not yet joined": "belum bergabung",
  "not recorded": "tidak terekam",
};

/** The cause of a gap in words; an unknown one as it stands. */
export function cause(name: string): string {
  return t(CAUSES[name] ?? name);
}

/** A gap in one line: what it is, from when to when, why. */
export function gapWords({ start, end, cause: why, filledBy }: Gap): string {
  const state = t(filledBy === null ? "tidak terekam" : "diisi dari cadangan perangkat");
  return `${state} ${sessionTime(start)}–${sessionTime(end)}, ${cause(why)}`;
}
