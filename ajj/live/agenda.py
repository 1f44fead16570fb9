"""The agenda of each kind of session, as data.

Pra-asesmen is S1-2.5a to f; FR.AK.01 follows as its own op, not as a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ajj.live.states import SessionKind


@dataclass(frozen=True)
class Step:
    """``step`` is the word on the wire; ``judul`` what the room shows; ``arahan`` the cue."""

    step: str
    judul: str
    arahan: str


AGENDA: Mapping[SessionKind, tuple[Step, ...]] = {
    SessionKind.PRA_ASESMEN: (
        Step("bukti_pendukung", "Bukti pendukung", "Pastikan bukti lain yang relevan."),
        Step("mapa", "Rencana asesmen (MAPA)", "Sampaikan rencana dan metode asesmen."),
        Step("keterbatasan", "Keterbatasan asesi", "Tanyakan kebutuhan penyesuaian (FR.AK.07)."),
        Step("hak_banding", "Hak banding", "Jelaskan hak dan alur banding (FR.AK.04)."),
        Step("tata_tertib", "Tata tertib", "Sampaikan tata tertib dan protokol kesehatan."),
        Step("jadwal", "Jadwal asesmen", "Sepakati hari dan jam asesmen."),
    ),
    SessionKind.ASESMEN: (
        Step("pembukaan", "Pembukaan", "Umumkan bahwa sesi direkam."),
        Step("identitas", "Identitas", "Cocokkan kartu identitas dengan berkas dan wajah."),
        Step("instruksi", "Instruksi", "Bacakan tugas dan batas waktunya."),
        Step("observasi", "Observasi", "Amati tugas, isi ceklis per KUK."),
        Step("pertanyaan", "Pertanyaan", "Gali hal yang belum tampak dari tugas."),
        Step("bukti", "Bukti", "Periksa bukti yang diunggah."),
        Step("umpan_balik", "Umpan balik", "Beri umpan balik tanpa menyebut hasil akhir."),
        Step("penutup", "Penutup", "Tutup sesi dan sebutkan langkah berikutnya."),
    ),
}


def steps_of(kind: str) -> tuple[Step, ...]:
    """The steps of a session of ``kind``, in their order."""
    return AGENDA[SessionKind(kind)]
