"""The catalogue of irregularities: what an asesor, an observer or support may have to write down.

Pure data. ``code`` is the word on the wire; ``judul`` is what forms print and stays Indonesian in
the log; ``tindakan`` is what to do now. An entry keeps the name it had when it was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ajj.kernel.words import gettext_noop


class Kelompok(StrEnum):
    """Where an irregularity comes from."""

    LINGKUNGAN = "lingkungan"
    IDENTITAS = "identitas"
    TEKNIS = "teknis"
    PERILAKU = "perilaku"


class Tingkat(StrEnum):
    """How much it weighs: a note; something to settle now; something that may void the session."""

    CATATAN = "catatan"
    PERHATIAN = "perhatian"
    BERAT = "berat"


@dataclass(frozen=True)
class Irregularity:
    """One row of the catalogue."""

    code: str
    kelompok: Kelompok
    tingkat: Tingkat
    judul: str
    tindakan: str


_L, _I, _T, _P = Kelompok
_CATATAN, _PERHATIAN, _BERAT = Tingkat

CATALOGUE: tuple[Irregularity, ...] = (
    Irregularity(
        "orang_lain",
        _L,
        _BERAT,
        gettext_noop("Orang lain di ruangan"),
        gettext_noop("Minta asesi menunjukkan seluruh ruangan. Lanjutkan bila ia sendiri."),
    ),
    Irregularity(
        "suara_lain",
        _L,
        _PERHATIAN,
        gettext_noop("Suara orang lain"),
        gettext_noop("Tanyakan asal suara. Ulangi pertanyaan terakhir dengan kata lain."),
    ),
    Irregularity(
        "ruang_tidak_layak",
        _L,
        _PERHATIAN,
        gettext_noop("Ruang tidak layak (bising, gelap, dilalui orang)"),
        gettext_noop("Minta asesi memperbaiki cahaya atau pindah tempat, lalu lanjutkan."),
    ),
    Irregularity(
        "tak_terlihat",
        _L,
        _PERHATIAN,
        gettext_noop("Asesi atau hasil kerja tidak terlihat kamera"),
        gettext_noop("Minta kamera diarahkan kembali. Ulangi bagian yang tidak terlihat."),
    ),
    Irregularity(
        "k3",
        _L,
        _BERAT,
        gettext_noop("Bahaya K3 di tempat kerja"),
        gettext_noop("Hentikan tugas dahulu. Lanjutkan setelah aman."),
    ),
    Irregularity(
        "identitas",
        _I,
        _BERAT,
        gettext_noop("Identitas diragukan"),
        gettext_noop("Buka pemeriksaan identitas dan minta kartu ditunjukkan lagi."),
    ),
    Irregularity(
        "digantikan",
        _I,
        _BERAT,
        gettext_noop("Diduga digantikan orang lain"),
        gettext_noop("Bandingkan wajah dengan KTP. Bila tidak cocok, akhiri sesi dan laporkan."),
    ),
    Irregularity(
        "kartu_tidak_ada",
        _I,
        _PERHATIAN,
        gettext_noop("Kartu identitas tidak dapat ditunjukkan"),
        gettext_noop("Minta kartu lain yang berfoto. Catat nama kartunya."),
    ),
    Irregularity(
        "wajah_tertutup",
        _I,
        _PERHATIAN,
        gettext_noop("Wajah tertutup atau membelakangi kamera"),
        gettext_noop("Minta asesi menghadap kamera sebentar."),
    ),
    Irregularity(
        "koneksi",
        _T,
        _CATATAN,
        gettext_noop("Gangguan koneksi"),
        gettext_noop("Tunggu asesi tersambung, lalu ulangi bagian yang terputus."),
    ),
    Irregularity(
        "perangkat",
        _T,
        _CATATAN,
        gettext_noop("Gangguan perangkat"),
        gettext_noop("Minta asesi memuat ulang halaman atau mengganti perangkat."),
    ),
    Irregularity(
        "suara",
        _T,
        _CATATAN,
        gettext_noop("Suara tidak terdengar jelas"),
        gettext_noop("Minta asesi memeriksa mikrofon. Ulangi pertanyaan."),
    ),
    Irregularity(
        "gambar",
        _T,
        _CATATAN,
        gettext_noop("Gambar tidak jelas atau berhenti"),
        gettext_noop("Minta kamera didekatkan atau dinyalakan ulang."),
    ),
    Irregularity(
        "listrik",
        _T,
        _CATATAN,
        gettext_noop("Listrik padam atau baterai habis"),
        gettext_noop("Sesi menunggu. Lanjutkan saat asesi kembali."),
    ),
    Irregularity(
        "rekaman",
        _T,
        _PERHATIAN,
        gettext_noop("Perekaman terganggu"),
        gettext_noop("Hubungi admin. Jangan menilai KUK pada bagian yang tidak terekam."),
    ),
    Irregularity(
        "bantuan",
        _P,
        _BERAT,
        gettext_noop("Menerima bantuan orang lain"),
        gettext_noop("Hentikan bantuan. Ganti pertanyaan atau ulangi tugas."),
    ),
    Irregularity(
        "catatan",
        _P,
        _BERAT,
        gettext_noop("Memakai catatan atau sumber yang tidak diizinkan"),
        gettext_noop("Minta catatan disingkirkan. Ganti pertanyaan."),
    ),
    Irregularity(
        "gawai_lain",
        _P,
        _BERAT,
        gettext_noop("Memakai gawai atau aplikasi lain"),
        gettext_noop("Tanyakan keperluannya. Minta gawai itu dijauhkan."),
    ),
    Irregularity(
        "meninggalkan",
        _P,
        _PERHATIAN,
        gettext_noop("Meninggalkan tempat tanpa izin"),
        gettext_noop("Tanyakan alasannya dan periksa identitas lagi saat asesi kembali."),
    ),
    Irregularity(
        "merekam",
        _P,
        _PERHATIAN,
        gettext_noop("Merekam atau memotret soal"),
        gettext_noop("Minta rekaman dihapus. Soal bersifat rahasia."),
    ),
    Irregularity(
        "tata_tertib",
        _P,
        _PERHATIAN,
        gettext_noop("Melanggar tata tertib"),
        gettext_noop("Ingatkan tata tertib yang disampaikan pada pra-asesmen."),
    ),
    Irregularity(
        "lain",
        _P,
        _CATATAN,
        gettext_noop("Kejadian lain"),
        gettext_noop("Tulis apa yang terjadi."),
    ),
)

OTHER = "lain"
BY_CODE: Mapping[str, Irregularity] = {row.code: row for row in CATALOGUE}


def named_incident(data: Mapping[str, Any]) -> str:
    """How an ``incident`` entry is printed: the catalogue's name, then what was written."""
    named = str(data.get("judul") or "")
    text = str(data.get("text") or "")
    return f"{named}: {text}" if named and text else named or text or str(data.get("code", ""))
