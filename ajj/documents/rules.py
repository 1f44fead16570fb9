"""Who may open a print: the feature that owns it says so."""

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from ajj.documents.models import Document

Reader = AbstractBaseUser | AnonymousUser
AccessRule = Callable[[Reader, Document], bool]
_rules: dict[str, AccessRule] = {}


def register_access(owner: str, rule: AccessRule) -> None:
    """Let ``rule(user, document)`` decide over documents whose subject is ``owner:…``.

    Called once per owner in ``AppConfig.ready()``; the same owner again replaces the rule.
    """
    _rules[owner] = rule


def may_open(user: Reader, document: Document) -> bool:
    """Whether ``user`` may read ``document``; without a rule of its owner nobody may."""
    rule = _rules.get(document.subject.partition(":")[0])
    return rule is not None and rule(user, document)
