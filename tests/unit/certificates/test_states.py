import pytest

from ajj.certificates.states import CertificateEvent, CertificateState, certificate_machine
from ajj.kernel.errors import Conflict

ALLOWED = {
    ("draft", "issue"): "issued",
    ("issued", "suspend"): "suspended",
    ("suspended", "restore"): "issued",
    ("issued", "withdraw"): "withdrawn",
    ("suspended", "withdraw"): "withdrawn",
    ("issued", "expire"): "expired",
    ("suspended", "expire"): "expired",
}


@pytest.mark.parametrize("state", list(CertificateState))
@pytest.mark.parametrize("event", list(CertificateEvent))
def test_a_certificate_moves_only_as_the_table_says(state, event):
    target = ALLOWED.get((state.value, event.value))
    if target:
        assert certificate_machine.after(state, event) == target
    else:
        with pytest.raises(Conflict):
            certificate_machine.after(state, event)
