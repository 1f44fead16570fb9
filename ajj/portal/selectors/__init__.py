"""Reading across features: the track of a permohonan, and each role's own page."""

from ajj.portal.selectors.desk import Desk, desk
from ajj.portal.selectors.journey import Step, track, tracks

__all__ = ["Desk", "Step", "desk", "track", "tracks"]
