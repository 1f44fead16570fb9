"""Who this certification body is: the facts that letters, forms and certificates print."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LspIdentity:
    """``licence`` is the number BNSP gave (``BNSP-LSP-9801-ID``); ``zone`` an IANA zone."""

    name: str
    name_en: str
    short_name: str
    licence: str
    city: str
    address: str
    email: str
    phone: str
    zone: str
    chairman: str

    @property
    def licence_digits(self) -> str:
        """The digits of the licence, as registration numbers carry them."""
        return "".join(character for character in self.licence if character.isdigit())
