"""One byte range of a representation (RFC 9110, section 14). Pure."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


class Unsatisfiable(Exception):
    """The range starts beyond the end: 416."""


@dataclass(frozen=True)
class ByteRange:
    """``first`` and ``last`` byte, both inclusive."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def parse_range(header: str, size: int) -> ByteRange | None:
    """The range asked for; None when there is none to honour and the whole is to be sent.

    Malformed and multiple ranges are ignored, as 14.2 allows. Raises ``Unsatisfiable``.
    """
    match = _ONE_RANGE.match(header.strip().lower())
    if match is None or match.groups() == ("", ""):
        return None
    first_text, last_text = match.groups()
    if len(first_text) > 18 or len(last_text) > 18:
        raise Unsatisfiable
    if not first_text:
        suffix = int(last_text)
        if suffix == 0 or size == 0:
            raise Unsatisfiable
        return ByteRange(max(0, size - suffix), size - 1)
    first = int(first_text)
    last = min(int(last_text), size - 1) if last_text else size - 1
    if last_text and int(last_text) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return ByteRange(first, last)
