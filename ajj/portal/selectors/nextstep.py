"""What the asesi should do now: one sentence, at most one button."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ajj.applications.states import State
from ajj.portal.rules import Stage, StepState
from ajj.portal.selectors.journey import Step


@dataclass(frozen=True)
class NextStep:
    """``link`` names the page behind the button (``label``); both empty when there is nothing."""

    title: str | Promise
    text: str | Promise
    link: str = ""
    label: str | Promise = ""


DONE = NextStep(
    _("Berkas Anda selesai"),
    _("Sertifikat sudah terbit. Siapa pun dapat memeriksanya lewat nomor atau QR."),
    "certificates",
    _("Lihat sertifikat"),
)
BY_STATE = {
    State.DRAFT: NextStep(
        _("Lengkapi FR.APL.01"),
        _("Isian tersimpan sendiri. Anda boleh berhenti dan melanjutkannya kapan saja."),
        "apl01",
        _("Lanjutkan pengisian"),
    ),
    State.RETURNED: NextStep(
        _("Perbaiki FR.APL.01"),
        _("Admin meminta perbaikan. Isian lain tetap tersimpan."),
        "apl01",
        _("Lihat yang diminta"),
    ),
    State.SUBMITTED: NextStep(
        _("Tidak ada yang perlu Anda lakukan"),
        _("Admin LSP sedang memeriksa berkas Anda. Kami memberi tahu lewat surel."),
    ),
    State.ACCEPTED: NextStep(
        _("Isi asesmen mandiri"),
        _("Permohonan Anda diterima. Jawab FR.APL.02 untuk tiap elemen dan sebut buktinya."),
        "apl02",
        _("Isi FR.APL.02"),
    ),
    State.APL02_SUBMITTED: NextStep(
        _("Tidak ada yang perlu Anda lakukan"),
        _("Asesor sedang meninjau asesmen mandiri Anda."),
    ),
    State.APL02_RETURNED: NextStep(
        _("Perbaiki asesmen mandiri"),
        _("Asesor meminta perbaikan. Jawaban lain tetap tersimpan."),
        "apl02",
        _("Lihat yang diminta"),
    ),
    State.REJECTED: NextStep(
        _("Permohonan ini tidak dapat dilanjutkan"),
        _("Alasannya ada di berkas. Anda boleh mengajukan permohonan baru."),
        "detail",
        _("Baca alasannya"),
    ),
}
UNDATED = NextStep(
    _("Menunggu jadwal"),
    _("Admin LSP menetapkan waktu sesi. Undangan dikirim ke surel Anda."),
)
DATED = NextStep(
    _("Bersiap untuk sesi"),
    _("Siapkan kartu identitas, kamera, dan tempat yang tenang. Ruang dibuka 15 menit lebih awal."),
)
ROOM_OPEN = NextStep(
    _("Ruang sesi sudah dibuka"),
    _("Masuklah lebih awal untuk mencoba kamera dan mikrofon. Siapkan kartu identitas."),
)
BY_STAGE = {
    Stage.ASESMEN: NextStep(
        _("Asesmen selesai"),
        _("Asesor menulis rekomendasi. Tidak ada yang perlu Anda lakukan."),
    ),
    Stage.PLENO: NextStep(
        _("Komite teknis meninjau"),
        _("Komite menonton rekaman dan memutuskan. Tidak ada yang perlu Anda lakukan."),
    ),
    Stage.SK: NextStep(
        _("Menunggu surat keputusan"),
        _("Keputusan sudah diambil, direktur menandatangani SK."),
    ),
    Stage.CERTIFICATE: NextStep(
        _("Sertifikat disiapkan"),
        _("SK sudah terbit. Sertifikat Anda sedang diterbitkan."),
    ),
}
NOT_YET = NextStep(
    _("Keputusan: belum kompeten"),
    _("Anda boleh mengajukan banding atau permohonan baru. Catatannya ada di berkas."),
    "detail",
    _("Buka berkas"),
)


def next_step(state: State, now: Step | None) -> NextStep:
    """The sentence for a permohonan in ``state`` whose step at hand is ``now``."""
    if now is None:
        return DONE
    if state in BY_STATE:
        return BY_STATE[state]
    stage = Stage(now.key)
    if now.state is StepState.STOPPED:
        return NOT_YET
    if now.fixed:
        return DATED
    if stage is Stage.PRA_ASESMEN or (stage is Stage.ASESMEN and not _over(now)):
        return UNDATED
    return BY_STAGE[stage]


def _over(now: Step) -> bool:
    """The asesmen has been held when the asesor, and nobody for a date, must act."""
    return now.waits_for == "asesor"
