"""Marking words for translation where Django may not be known."""


def gettext_noop(text: str) -> str:
    """``text`` itself; the name is what makemessages looks for. Whoever shows it translates it."""
    return text
