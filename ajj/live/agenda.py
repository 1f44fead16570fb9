"""The agenda of each kind of session, as data.

Pra-asesmen is S1-2.5a to f; FR.AK.01 follows as its own op, not as a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ajj.kernel.words import gettext_noop
from ajj.live.states import SessionKind


@dataclass(frozen=True)
class Step:
    """``step`` is the word on the wire; ``judul`` what the room shows; ``arahan`` the cue."""

    step: str
    judul: str
    arahan: str


AGENDA: Mapping[SessionKind, tuple[Step, ...]] = {
    SessionKind.PRA_ASESMEN: (
        Step(
            "bukti_pendukung",
            gettext_noop("Bukti pendukung"),
            gettext_noop("Pastikan bukti lain yang relevan."),
        ),
        Step(
            "mapa",
            gettext_noop("Rencana asesmen (MAPA)"),
            gettext_noop("Sampaikan rencana dan metode asesmen."),
        ),
        Step(
            "keterbatasan",
            gettext_noop("Keterbatasan asesi"),
            gettext_noop("Tanyakan kebutuhan penyesuaian (FR.AK.07)."),
        ),
        Step(
            "hak_banding",
            gettext_noop("Hak banding"),
            gettext_noop("Jelaskan hak dan alur banding (FR.AK.04)."),
        ),
        Step(
            "tata_tertib",
            gettext_noop("Tata tertib"),
            gettext_noop("Sampaikan tata tertib dan protokol kesehatan."),
        ),
        Step(
            "jadwal", gettext_noop("Jadwal asesmen"), gettext_noop("Sepakati hari dan jam asesmen.")
        ),
    ),
    SessionKind.ASESMEN: (
        Step("pembukaan", gettext_noop("Pembukaan"), gettext_noop("Umumkan bahwa sesi direkam.")),
        Step(
            "identitas",
            gettext_noop("Identitas"),
            gettext_noop("Cocokkan kartu identitas dengan berkas dan wajah."),
        ),
        Step(
            "instruksi",
            gettext_noop("Instruksi"),
            gettext_noop("Bacakan tugas dan batas waktunya."),
        ),
        Step(
            "observasi", gettext_noop("Observasi"), gettext_noop("Amati tugas, isi ceklis per KUK.")
        ),
        Step(
            "pertanyaan",
            gettext_noop("Pertanyaan"),
            gettext_noop("Gali hal yang belum tampak dari tugas."),
        ),
        Step("bukti", gettext_noop("Bukti"), gettext_noop("Periksa bukti yang diunggah.")),
        Step(
            "umpan_balik",
            gettext_noop("Umpan balik"),
            gettext_noop("Beri umpan balik tanpa menyebut hasil akhir."),
        ),
        Step(
            "penutup",
            gettext_noop("Penutup"),
            gettext_noop("Tutup sesi dan sebutkan langkah berikutnya."),
        ),
    ),
}


def steps_of(kind: str) -> tuple[Step, ...]:
    """The steps of a session of ``kind``, in their order."""
    return AGENDA[SessionKind(kind)]
