"""Security ornament, computed: every certificate carries line work of its own.

Pure: the seed (the certificate's code) fixes every curve, so a reprint is the same and a pasted
page of another certificate is not.
"""

import hashlib
import math

COLOUR = "#0c5257"


def _numbers(seed: str) -> list[float]:
    """Sixteen fractions in [0, 1) that belong to ``seed``."""
    digest = hashlib.sha256(f"guilloche:{seed}".encode()).digest()
    return [int.from_bytes(digest[i : i + 2], "big") / 65536 for i in range(0, 32, 2)]


def _path(points: list[tuple[float, float]], *, closed: bool) -> str:
    head, *rest = (f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{head}L{' '.join(rest)}{'Z' if closed else ''}"


def _svg(width: int, height: int, paths: list[str], stroke: float, opacity: float) -> str:
    lines = "".join(f'<path d="{path}"/>' for path in paths)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<g fill="none" stroke="{COLOUR}" stroke-width="{stroke}" stroke-opacity="{opacity}">'
        f"{lines}</g></svg>"
    )


def rosette(seed: str, *, rings: int = 14, steps: int = 360) -> str:
    """A 1000 x 1000 SVG rosette of ``rings`` closed curves with ``steps`` points each."""
    part = _numbers(seed)
    petals = 11 + int(part[0] * 8)
    inner = 3 + int(part[1] * 4)
    depth = 45 + part[2] * 35
    swing = 14 + part[3] * 20
    paths = []
    for ring in range(rings):
        base = 205 + ring * 12
        phase = ring * (0.06 + part[4] * 0.07)
        points = []
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            radius = (
                base
                + depth * math.sin(petals * angle + phase * petals)
                + swing * math.cos(inner * angle - phase)
            )
            points.append((500 + radius * math.cos(angle), 500 + radius * math.sin(angle)))
        paths.append(_path(points, closed=True))
    return _svg(1000, 1000, paths, 1.1, 0.16)


def band(seed: str, *, strands: int = 12, steps: int = 240) -> str:
    """A 2700 x 100 SVG ribbon of interwoven waves."""
    part = _numbers(seed)
    waves = 5 + int(part[5] * 4)
    beat = 2 + int(part[6] * 3)
    paths = []
    for strand in range(strands):
        phase = strand * (0.18 + part[7] * 0.12)
        points = []
        for step in range(steps + 1):
            x = step / steps
            envelope = 26 + 16 * math.sin(2 * math.pi * beat * x + part[8] * 6)
            y = 50 + envelope * math.sin(2 * math.pi * waves * x + phase)
            points.append((2700 * x, y + 4 * math.sin(2 * math.pi * 17 * x + phase)))
        paths.append(_path(points, closed=False))
    return _svg(2700, 100, paths, 2.2, 0.5)
