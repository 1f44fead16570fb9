/** The link manager's words, and what screens say of a person's media by the server's word. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "rung.720p": "Gambar penuh",
  "rung.360p": "Gambar sedang",
  "rung.180p": "Gambar kecil",
  "rung.still": "Gambar diam",
  "rung.audio": "Suara saja",
  "rung.text": "Teks saja",
  "chip.what": "Koneksi dan data:",
  "chip.used": "terpakai",
  "title": "Koneksi dan data",
  "sent": "Anda mengirim",
  "why.line": "Disesuaikan dengan koneksi Anda. Suara selalu didahulukan.",
  "why.text": "Koneksi Anda belum cukup untuk suara. Obrolan, penilaian, dan bukti tetap berjalan; suara dicoba lagi sendiri. Kamera dan mikrofon tetap direkam di perangkat ini.",
  "why.mine": "Anda memilih hemat data.",
  "why.pinned": "Dibatasi oleh {name}.",
  "server": "Diterima server",
  "server.unknown": "Belum ada kabar dari server.",
  "server.none": "Server belum menerima gambar atau suara Anda.",
  "server.frozen": "Server tidak menerima apa pun sejak {time}.",
  "server.moving": "gambar bergerak ({height}p)",
  "server.stills": "gambar diam ({height}p)",
  "server.off": "tanpa gambar",
  "server.speaking": "suara terdengar",
  "server.quiet": "mikrofon tersambung",
  "server.silent": "tanpa suara",
  "used": "Data terpakai di sesi ini",
  "save": "Hemat data: gambar saya paling besar",
  "pin": "Gambar {name} paling besar",
  "choice.": "Otomatis, mengikuti koneksi",
  "order": "Saat koneksi lambat, urutannya: suara, penilaian dan catatan, bukti, gambar, lalu rekaman cadangan.",
  "close": "Tutup",
  "speaking": "Berbicara",
  "tile.noPicture": "Tanpa gambar. Suara tersambung.",
  "tile.noSound": "Server tidak menerima suara {name}.",
  "tile.stills": "Gambar diam tiap beberapa detik",
  "tile.declined": "Gambar tidak dimuat agar suara tetap jelas.",
  "tile.late": "Gambar tertahan di koneksi Anda. Suara didahulukan.",
  "tile.unheard": "Server tidak menerima gambar dan suara Anda sejak {time}",
  "short": "Batas gambar: {rung}",
  "short.free": "Batas gambar dilepas",
  "happen": "{by} membatasi gambar {name}: {rung}",
  "happen.own": "{name} memilih hemat data: {rung}",
  "happen.free": "{by} melepas batas gambar {name}",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { w } = held;

export function speakLink(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
