"""Rupiah: whole numbers, dots between thousands."""


def rupiah(amount: int) -> str:
    """``Rp 3.200.000``; a negative amount carries its sign in front."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp {abs(amount):,}".replace(",", ".")
