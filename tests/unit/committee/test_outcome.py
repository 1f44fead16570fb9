from itertools import product

import pytest

from ajj.committee.rules import outcome
from ajj.kernel.errors import Invalid


@pytest.mark.parametrize("votes", list(product(("K", "BK", "KL"), repeat=3)))
def test_consensus_else_majority_else_clarification(votes):
    value, unanimous = outcome(votes)
    assert unanimous == (len(set(votes)) == 1)
    majority = next((v for v in ("K", "BK", "KL") if votes.count(v) >= 2), "KL")
    assert value == majority


def test_no_votes_no_outcome():
    with pytest.raises(Invalid):
        outcome([])
