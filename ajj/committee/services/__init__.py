"""Commands of the komite.

Tim: ``appoint``. Berkas: ``open_case``, ``assign``, ``cast_vote``, ``comment``, ``note_watched``,
``resume``. Pleno: ``close_pleno``; decision letter: ``sign_sk``.
"""

from ajj.committee.services.cases import (
    assign,
    cast_vote,
    comment,
    note_watched,
    on_recommendation,
    open_case,
    resume,
)
from ajj.committee.services.pleno import close_pleno, sign_sk
from ajj.committee.services.tim import appoint

__all__ = [
    "appoint",
    "assign",
    "cast_vote",
    "close_pleno",
    "comment",
    "note_watched",
    "on_recommendation",
    "open_case",
    "resume",
    "sign_sk",
]
