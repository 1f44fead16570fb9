"""From measurements to a plain verdict: one table. Pure; texts are msgids, filled and translated
by whoever shows them.

The thresholds follow what the room's link manager needs: 25 kbit/s for a voice, a line of
150 kbit/s for a moving picture, 1.2 Mbit/s for the best one (``frontend/src/link/``).
A small transfer by HTTP finds about four fifths of what a thin line carries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ajj.gladi.measured import Device, Measured, Route
from ajj.kernel.words import gettext_noop as _

VOICE_BPS, PICTURE_BPS, GOOD_BPS = 40_000, 120_000, 600_000
FASTEST_BPS = 20_000_000
"""Pieces of 256 KiB say no more than this of a faster line."""
LOSS_NOTED, LOSS_NO_PICTURE, LOSS_NO_VOICE = 0.03, 0.10, 0.25
TRIP_NOTED_MS, TRIP_NO_PICTURE_MS = 400, 2_000
JITTER_NOTED_MS = 80
SILENT_PEAK, QUIET_PEAK = 0.01, 0.05
RECONNECT_NOTED_MS = 5_000
CLOCK_NOTED_MS = 30_000
STORAGE_NOTED = 500_000_000
"""An hour of the device's own recording takes about 300 MB; the rest is for evidence."""
BATTERY_NOTED = 0.5
SMALL_CAMERA = 320
SMALL_SCREEN, SMALL_DESK = 320, 1024


class Level(StrEnum):
    """What one finding means for the session; a later one outweighs those before it."""

    OK = "ok"
    UNKNOWN = "unknown"
    NOTE = "note"
    VOICE = "voice"
    STOP = "stop"


class Verdict(StrEnum):
    """``suara_saja``: the session can be held, without one's picture."""

    READY = "siap"
    VOICE_ONLY = "suara_saja"
    NOT_READY = "belum_siap"


@dataclass(frozen=True)
class Words:
    """A msgid and what goes into its places."""

    text: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """One check's outcome: what was measured, and what to do about it ("" for nothing)."""

    level: Level
    figure: Words
    advice: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    key: str
    label: str
    seen: Seen


@dataclass(frozen=True)
class Judgement:
    """The verdict and its findings in the table's order."""

    verdict: Verdict
    findings: list[Finding]

    @property
    def reasons(self) -> list[Finding]:
        """What keeps it from a better verdict, the gravest first."""
        worst = {Verdict.NOT_READY: Level.STOP, Verdict.VOICE_ONLY: Level.VOICE}.get(self.verdict)
        return [one for one in self.findings if one.seen.level is worst]


UNMEASURED = Words(_("tidak dapat diukur"))
AGAIN = _("Ulangi gladi sampai bagian ini selesai diuji.")


def _unknown(level: Level = Level.UNKNOWN, advice: str = "") -> Seen:
    return Seen(level, UNMEASURED, advice)


def _browser(of: Measured, role: str) -> Seen:
    name = Words("%(name)s", {"name": of.browser or "–"})
    update = _("Pakai Chrome, Firefox, atau Safari terbaru, lalu ulangi gladi.")
    if of.webrtc is None:
        return _unknown(Level.STOP, AGAIN)
    if not of.webrtc:
        return Seen(Level.STOP, name, update)
    if of.secure is False:
        return Seen(Level.STOP, name, _("Buka alamat LSP dengan https://, lalu ulangi gladi."))
    if of.codecs is not None and not {"vp8", "h264"} & set(of.codecs):
        return Seen(Level.VOICE, name, update)
    if of.codecs is not None and "opus" not in of.codecs:
        return Seen(Level.STOP, name, update)
    return Seen(Level.OK, name)


def _codecs(of: Measured, role: str) -> Seen:
    if of.codecs is None:
        return _unknown()
    names = {"vp8": "VP8", "vp9": "VP9", "h264": "H.264", "av1": "AV1", "opus": "Opus"}
    known = ", ".join(names[codec] for codec in of.codecs) or "–"
    return Seen(Level.OK, Words("%(names)s", {"names": known}))


TROUBLE: dict[Device, str] = {
    "denied": _("tidak diizinkan"),
    "missing": _("tidak ditemukan"),
    "busy": _("dipakai aplikasi lain"),
    "unsafe": _("ditutup peramban karena alamat bukan https"),
    "other": _("tidak dapat dinyalakan"),
    "off": _("tidak dipakai"),
}
CAMERA_ADVICE: dict[Device, str] = {
    "denied": _("Izinkan kamera lewat gambar gembok di samping alamat, lalu ulangi gladi."),
    "missing": _("Sambungkan kamera, atau pakai ponsel, lalu ulangi gladi."),
    "busy": _("Tutup aplikasi lain yang memakai kamera, lalu ulangi gladi."),
    "unsafe": _("Buka alamat LSP dengan https://, lalu ulangi gladi."),
    "other": _("Mulai ulang perangkat, lalu ulangi gladi."),
    "off": _("Pilih kamera, lalu ulangi gladi."),
}
MICROPHONE_ADVICE: dict[Device, str] = {
    "denied": _("Izinkan mikrofon lewat gambar gembok di samping alamat, lalu ulangi gladi."),
    "missing": _("Sambungkan mikrofon atau headset, lalu ulangi gladi."),
    "busy": _("Tutup aplikasi lain yang memakai mikrofon, lalu ulangi gladi."),
    "unsafe": _("Buka alamat LSP dengan https://, lalu ulangi gladi."),
    "other": _("Mulai ulang perangkat, lalu ulangi gladi."),
    "off": _("Pilih mikrofon, lalu ulangi gladi."),
}


def _camera(of: Measured, role: str) -> Seen:
    if of.camera is None:
        return _unknown(Level.VOICE, AGAIN)
    if of.camera != "ok":
        return Seen(Level.VOICE, Words(TROUBLE[of.camera]), CAMERA_ADVICE[of.camera])
    if of.camera_width is None or of.camera_height is None:
        return Seen(Level.OK, Words(_("menyala")))
    size = Words("%(w)d × %(h)d", {"w": of.camera_width, "h": of.camera_height})
    if max(of.camera_width, of.camera_height) < SMALL_CAMERA:
        return Seen(Level.NOTE, size, _("Gambarnya kasar. Bila ada, pakai kamera lain."))
    return Seen(Level.OK, size)


def _microphone(of: Measured, role: str) -> Seen:
    if of.microphone is None:
        return _unknown(Level.STOP, AGAIN)
    if of.microphone != "ok":
        return Seen(Level.STOP, Words(TROUBLE[of.microphone]), MICROPHONE_ADVICE[of.microphone])
    if of.microphone_peak is None:
        return Seen(Level.NOTE, UNMEASURED, _("Bicaralah saat gladi, agar kerasnya terukur."))
    loud = Words(_("paling keras %(percent)d%%"), {"percent": round(of.microphone_peak * 100)})
    if of.microphone_peak < SILENT_PEAK:
        advice = _("Mikrofon tidak menangkap suara. Nyalakan atau ganti, lalu ulangi gladi.")
        return Seen(Level.STOP, loud, advice)
    if of.microphone_peak < QUIET_PEAK:
        return Seen(Level.NOTE, loud, _("Suara Anda pelan. Dekatkan mikrofon ke mulut."))
    return Seen(Level.OK, loud)


def _speaker(of: Measured, role: str) -> Seen:
    if of.speaker is None:
        return Seen(Level.NOTE, Words(_("belum dijawab")), _("Pastikan Anda mendengar nada uji."))
    if of.speaker == "silent":
        advice = _("Keraskan suara perangkat atau pasang headset, lalu ulangi gladi.")
        return Seen(Level.STOP, Words(_("tidak terdengar")), advice)
    return Seen(Level.OK, Words(_("terdengar")))


def _route(route: Route | None, *, direct: bool) -> Seen:
    if route is None:
        return _unknown()
    if route == "absent":
        return Seen(Level.UNKNOWN, Words(_("tidak disediakan LSP ini")))
    if route == "failed":
        advice = _("Jaringan ini menutup jalur langsung; jalur lain dipakai bila terbuka.")
        return Seen(Level.NOTE, Words(_("tertutup")), advice if direct else "")
    return Seen(Level.OK, Words(_("terbuka")))


OTHER_NETWORK = _("Pakai data seluler atau jaringan lain, lalu ulangi gladi.")
NEAR_THE_MAST = _("Pindah ke tempat dengan sinyal lebih kuat, atau matikan unduhan lain.")


def _path(of: Measured, role: str) -> Seen:
    if of.elsewhere:
        return Seen(Level.UNKNOWN, Words(_("diuji di ruang sesi")))
    if of.connected is None:
        return _unknown(Level.STOP, AGAIN)
    if not of.connected:
        return Seen(Level.STOP, Words(_("tidak tersambung")), OTHER_NETWORK)
    if of.media_ms is None:
        return Seen(Level.OK, Words(_("tersambung")))
    after = {"seconds": round(of.media_ms / 1000, 1)}
    return Seen(Level.OK, Words(_("kembali dari server setelah %(seconds)s dtk"), after))


def _loss(of: Measured, role: str) -> Seen:
    if of.loss is None:
        return _unknown()
    lost = Words("%(percent)s%%", {"percent": round(of.loss * 100, 1)})
    if of.loss > LOSS_NO_VOICE:
        return Seen(Level.STOP, lost, OTHER_NETWORK)
    if of.loss > LOSS_NO_PICTURE:
        return Seen(Level.VOICE, lost, NEAR_THE_MAST)
    if of.loss > LOSS_NOTED:
        return Seen(Level.NOTE, lost, NEAR_THE_MAST)
    return Seen(Level.OK, lost)


def _delay(of: Measured, role: str) -> Seen:
    if of.trip_ms is None and of.jitter_ms is None:
        return _unknown()
    trip, jitter = of.trip_ms or 0, of.jitter_ms or 0
    text = _("%(trip)d ms pulang pergi, goyah %(jitter)d ms")
    figure = Words(text, {"trip": round(trip), "jitter": round(jitter)})
    if trip > TRIP_NO_PICTURE_MS:
        return Seen(Level.VOICE, figure, NEAR_THE_MAST)
    if trip > TRIP_NOTED_MS or jitter > JITTER_NOTED_MS:
        advice = _("Suara datang terlambat. Beri jeda sebelum menjawab.")
        return Seen(Level.NOTE, figure, advice)
    return Seen(Level.OK, figure)


def _reconnect(of: Measured, role: str) -> Seen:
    if of.elsewhere or of.reconnected is None:
        return _unknown()
    if not of.reconnected:
        advice = _("Setelah putus, sambungan tidak kembali. Ulangi gladi atau ganti jaringan.")
        return Seen(Level.NOTE, Words(_("tidak tersambung lagi")), advice)
    seconds = round((of.reconnect_ms or 0) / 1000, 1)
    figure = Words(_("kembali dalam %(seconds)s dtk"), {"seconds": seconds})
    late = (of.reconnect_ms or 0) > RECONNECT_NOTED_MS
    advice = _("Bila sambungan putus, tunggu: ruang menyambung lagi sendiri.") if late else ""
    return Seen(Level.NOTE if late else Level.OK, figure, advice)


def _rate(bps: int | None) -> Seen:
    if bps is None:
        return _unknown()
    if bps >= FASTEST_BPS:
        figure = Words(_("lebih dari 20 Mbit/s"))
    elif bps >= 1_000_000:
        figure = Words("%(rate)s Mbit/s", {"rate": round(bps / 1_000_000, 1)})
    else:
        figure = Words("%(rate)d kbit/s", {"rate": round(bps / 1000)})
    if bps < VOICE_BPS:
        return Seen(Level.STOP, figure, OTHER_NETWORK)
    if bps < PICTURE_BPS:
        return Seen(Level.VOICE, figure, NEAR_THE_MAST)
    if bps < GOOD_BPS:
        return Seen(Level.NOTE, figure, _("Cukup untuk gambar kecil."))
    return Seen(Level.OK, figure)


def _clock(of: Measured, role: str) -> Seen:
    if of.clock_offset_ms is None:
        return _unknown()
    seconds = abs(of.clock_offset_ms) / 1000
    figure = Words(_("selisih %(seconds)s dtk"), {"seconds": round(seconds, 1)})
    if seconds < 1:
        figure = Words(_("selisih kurang dari 1 dtk"))
    if abs(of.clock_offset_ms) > CLOCK_NOTED_MS:
        advice = _("Sesi memakai jam server. Nyalakan waktu otomatis agar Anda tidak terlambat.")
        return Seen(Level.NOTE, figure, advice)
    return Seen(Level.OK, figure)


def _storage(of: Measured, role: str) -> Seen:
    if of.storage_free is None:
        return _unknown()
    figure = Words(_("%(size)s GB kosong"), {"size": round(of.storage_free / 1e9, 1)})
    if role == "asesi" and of.storage_free < STORAGE_NOTED:
        advice = _("Rekaman cadangan perangkat ini bisa tidak muat. Kosongkan penyimpanan.")
        return Seen(Level.NOTE, figure, advice)
    return Seen(Level.OK, figure)


def _battery(of: Measured, role: str) -> Seen:
    if of.battery is None:
        return _unknown()
    percent = {"percent": round(of.battery * 100)}
    if of.charging:
        return Seen(Level.OK, Words(_("%(percent)d%%, sedang diisi"), percent))
    figure = Words("%(percent)d%%", percent)
    if of.battery < BATTERY_NOTED:
        return Seen(Level.NOTE, figure, _("Sambungkan pengisi daya sebelum sesi mulai."))
    return Seen(Level.OK, figure)


def _screen(of: Measured, role: str) -> Seen:
    if of.screen_width is None or of.screen_height is None:
        return _unknown()
    figure = Words("%(w)d × %(h)d", {"w": of.screen_width, "h": of.screen_height})
    if min(of.screen_width, of.screen_height) < SMALL_SCREEN:
        return Seen(Level.NOTE, figure, _("Layar kecil. Putar ponsel bila tulisan terpotong."))
    if role != "asesi" and of.screen_width < SMALL_DESK:
        return Seen(Level.NOTE, figure, _("Ceklis lebih lega di layar laptop."))
    return Seen(Level.OK, figure)


CHECKS: tuple[tuple[str, str, Callable[[Measured, str], Seen]], ...] = (
    ("browser", _("Peramban"), _browser),
    ("codecs", _("Kodek"), _codecs),
    ("camera", _("Kamera"), _camera),
    ("microphone", _("Mikrofon"), _microphone),
    ("speaker", _("Pengeras suara"), _speaker),
    ("up", _("Kecepatan kirim"), lambda of, __: _rate(of.up_bps)),
    ("down", _("Kecepatan terima"), lambda of, __: _rate(of.down_bps)),
    ("path", _("Gambar dan suara lewat server"), _path),
    ("loss", _("Paket hilang"), _loss),
    ("delay", _("Keterlambatan"), _delay),
    ("reconnect", _("Putus lalu tersambung lagi"), _reconnect),
    ("udp", _("Jalur UDP langsung"), lambda of, __: _route(of.udp, direct=True)),
    ("turn_udp", _("Jalur TURN UDP"), lambda of, __: _route(of.turn_udp, direct=False)),
    ("turn_tcp", _("Jalur TURN TCP"), lambda of, __: _route(of.turn_tcp, direct=False)),
    ("turn_tls", _("Jalur TURN TLS"), lambda of, __: _route(of.turn_tls, direct=False)),
    ("clock", _("Jam perangkat"), _clock),
    ("storage", _("Penyimpanan"), _storage),
    ("battery", _("Baterai"), _battery),
    ("screen", _("Layar"), _screen),
)


def decide(measured: Measured, role: str) -> Judgement:
    """The verdict for somebody in ``role`` (``asesi``, ``asesor``, ``asesor_pendamping``)."""
    findings = [Finding(key, label, check(measured, role)) for key, label, check in CHECKS]
    levels = {one.seen.level for one in findings}
    if Level.STOP in levels:
        return Judgement(Verdict.NOT_READY, findings)
    if Level.VOICE in levels:
        return Judgement(Verdict.VOICE_ONLY, findings)
    return Judgement(Verdict.READY, findings)
