"""Two curves over time as an SVG: enough to see a leak or a drift, and no plotting library."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 720, 200, 56, 24, 48
COLOURS = ("#0b5d4e", "#8c2a20", "#22577a", "#7a5c00")


def _curve(
    at_s: Sequence[float], rows: Mapping[str, Sequence[float]], unit: str, top: int
) -> list[str]:
    most = max((max(values) for values in rows.values()), default=1.0) * 1.1
    wide, tall = WIDTH - LEFT - 16, HEIGHT - TOP

    def x(second: float) -> float:
        return LEFT + wide * second / max(at_s[-1], 1)

    def y(value: float) -> float:
        return top + tall * (1 - value / most)

    out = []
    for part in range(5):
        value = most * part / 4
        at = y(value)
        out.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{value:.0f}</text>'
        )
    for number, (name, values) in enumerate(rows.items()):
        points = " ".join(f"{x(s):.1f},{y(v):.1f}" for s, v in zip(at_s, values, strict=True))
        colour = COLOURS[number % len(COLOURS)]
        out.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        left = LEFT + 8 + 90 * number
        out.append(f'<text x="{left}" y="{top - 8}" fill="{colour}">{escape(name)}</text>')
    out.append(f'<text x="{WIDTH - 16}" y="{top - 8}" text-anchor="end">{escape(unit)}</text>')
    return out


def svg(
    at_s: Sequence[float],
    upper: Mapping[str, Sequence[float]],
    upper_unit: str,
    lower: Sequence[float],
    lower_unit: str,
) -> str:
    """``upper`` (several curves) above ``lower`` (one), over the same seconds."""
    second = HEIGHT + GAP
    total = second + HEIGHT
    minutes = "".join(
        f'<text x="{LEFT + (WIDTH - LEFT - 16) * s / max(at_s[-1], 1):.1f}" y="{total - 4}"'
        f' text-anchor="middle">{s // 60} min</text>'
        for s in range(0, int(at_s[-1]) + 1, 120)
    )
    body = _curve(at_s, upper, upper_unit, TOP) + _curve(at_s, {"delay": lower}, lower_unit, second)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}"'
        ' font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(body)}{minutes}</svg>\n'
    )
