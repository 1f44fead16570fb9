"""What the terminal says about the local network, with a QR for the phone."""

import io
from urllib.parse import quote

import segno

from infra.lan.door import Door
from infra.lan.network import Lan


def welcome(lan: Lan, *, room: str, laptop: str) -> list[str]:
    """Lines for the terminal; ``room`` is the path of a session that is open now, or empty.

    ``laptop`` is the site's address for this machine itself, which needs no certificate.
    """
    site = Door(lan.site, (lan.folder / "ca.pem").read_bytes())
    target = f"{lan.door}/?ke={quote(room)}" if room else f"{lan.door}/"
    lines = ["", f"  Di ponsel pada Wi-Fi yang sama, pindai: {target}", ""]
    lines += [f"    {line}" for line in qr(target)]
    if room:
        lines += [
            "",
            "  Ponsel masuk sebagai asesi@demo.ajj.test, laptop ini sebagai asesor@demo.ajj.test:",
            f"    {laptop}{room}",
        ]
    return [
        *lines,
        "",
        f"  Situs: {lan.site}   ({', '.join(lan.hosts[1:])})",
        f"  Sidik jari sertifikat: {site.fingerprint}",
    ]


def qr(text: str) -> list[str]:
    """A QR code of half blocks, two modules to a character."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n").split("\n")
