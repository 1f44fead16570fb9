"""Commands about schemes and their instruments (MUK).

Files: ``load_files``, ``load_skema``, ``load_muk`` (examples). The office: ``approve_ajj``,
``choose_forms``.
A MUK's life: ``start_muk``, ``change_muk``, ``submit_muk``, ``validate_muk``, ``cosign_muk``,
``return_muk``, ``reopen_muk``, ``use_muk``, ``copy_muk``, ``withdraw_muk``; its items:
``add_butir``, ``change_butir``, ``move_butir``, ``delete_butir``, ``import_items``.
"""

from ajj.skema.services.examples import load_muk
from ajj.skema.services.items import (
    add_butir,
    change_butir,
    delete_butir,
    import_items,
    move_butir,
)
from ajj.skema.services.loading import DATA, load_files, load_skema
from ajj.skema.services.muk import (
    change_muk,
    copy_muk,
    cosign_muk,
    reopen_muk,
    require_draft,
    return_muk,
    start_muk,
    submit_muk,
    use_muk,
    validate_muk,
    withdraw_muk,
)
from ajj.skema.services.settling import approve_ajj, choose_forms

__all__ = [
    "DATA",
    "add_butir",
    "approve_ajj",
    "change_butir",
    "change_muk",
    "choose_forms",
    "copy_muk",
    "cosign_muk",
    "delete_butir",
    "import_items",
    "load_files",
    "load_muk",
    "load_skema",
    "move_butir",
    "reopen_muk",
    "require_draft",
    "return_muk",
    "start_muk",
    "submit_muk",
    "use_muk",
    "validate_muk",
    "withdraw_muk",
]
