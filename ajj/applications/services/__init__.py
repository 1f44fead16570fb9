"""Commands on a permohonan. Each is one transaction: lock, check, write, record, publish."""

from ajj.applications.services.apl01 import attach_document, open_permohonan, save_apl01, submit
from ajj.applications.services.apl02 import add_portofolio, save_apl02, submit_apl02
from ajj.applications.services.review import (
    accept,
    assign_asesor,
    judge_syarat,
    reject,
    return_apl02,
    return_permohonan,
    verify_apl02,
)

__all__ = [
    "accept",
    "add_portofolio",
    "assign_asesor",
    "attach_document",
    "judge_syarat",
    "open_permohonan",
    "reject",
    "return_apl02",
    "return_permohonan",
    "save_apl01",
    "save_apl02",
    "submit",
    "submit_apl02",
    "verify_apl02",
]
