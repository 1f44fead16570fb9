"""Commands of the assessment. Those of the room come in through ``live.services.perform``."""

from ajj.assessment.services.handlers import register_handlers
from ajj.assessment.services.projectors import register_projectors

__all__ = ["register_handlers", "register_projectors"]
