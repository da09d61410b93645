"""Ways to look at a part of the people: by kind of post and by kind of employment.

In: a snapshot. Out: each person's slice in every way. The slices of a way leave nobody out, unknown
is one of its own. Kinds of post are those of UU 20/2023 art. 13: managerial, and of the others the
functional ones and those of implementers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from recommender.columns import Ints
from recommender.entities import People
from training_data import reference

ALL = ""
"""The slice that holds everybody."""

WAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "post": ("managerial", "functional", "implementing", "post_unknown"),
        "employment": ("civil_servant", "contract", "employment_unknown"),
    }
)
"""Way → its slices."""

SLICES = (ALL, *(one for slices in WAYS.values() for one in slices))


def slices_of(people: People) -> Mapping[str, Ints]:
    """Return per way the place of each person's slice."""
    posts = [_post(tier.ladder, tier.step) for tier in reference.tiers()]
    by_tier = np.array([*posts, WAYS["post"].index("post_unknown")], np.int32)
    contracts = [int(code.startswith("PPPK")) for code in reference.choices("employment")]
    by_employment = np.array([*contracts, WAYS["employment"].index("employment_unknown")], np.int32)
    return {"post": by_tier[people.tier], "employment": by_employment[people.employment]}


def _post(ladder: str, step: int) -> int:
    if ladder != "struktural":
        return WAYS["post"].index("functional")
    return WAYS["post"].index("managerial" if step > 1 else "implementing")
