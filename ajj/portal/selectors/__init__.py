"""Reading across features: the catalogue, the track of a permohonan, each role's own page."""

from ajj.portal.selectors.catalogue import CatalogueRow, catalogue
from ajj.portal.selectors.desk import Desk, desk
from ajj.portal.selectors.journey import Step, track, tracks

__all__ = ["CatalogueRow", "Desk", "Step", "catalogue", "desk", "track", "tracks"]
