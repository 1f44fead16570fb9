"""Commands about schemes and their instruments (MUK).

Scheme files: ``load_files``, ``load_skema``. The office: ``approve_ajj``, ``choose_forms``.
A MUK's life: ``use_muk``.
"""

from ajj.skema.services.loading import DATA, load_files, load_skema
from ajj.skema.services.muk import use_muk
from ajj.skema.services.settling import approve_ajj, choose_forms

__all__ = ["DATA", "approve_ajj", "choose_forms", "load_files", "load_skema", "use_muk"]
