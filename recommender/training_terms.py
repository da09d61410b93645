"""The terms of a training's score, the components they are made of, their weights and scales.

In: nothing. Out: names and two dataclasses of numbers, which ``training_score`` reads and
``learning`` fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from recommender.kinds import HISTORY_KINDS

TRAINING_TERMS = (
    "gap_now",
    "gap_next",
    "effect",
    "duties",
    "history",
    "together",
    "alike",
    "peers",
    "unit",
    "popular",
    "mandatory",
    "priority",
    "fresh",
    "burden",
)
HISTORY_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"history": ("direct", "history"), "together": ("together", "pattern")}
)
"""Terms of what came before and beside one's own trainings, and the components they are made of."""
SPARSE_HISTORY = tuple(part for parts in HISTORY_PARTS.values() for part in parts)
OWN_HISTORY = (*SPARSE_HISTORY, "alike")
"""Components that one's own history gives."""
PEERS = ("peers", "peers_family", "peers_affair")
"""Components of the term peers."""


@dataclass(frozen=True)
class TrainingWeights:
    """Weights of the components: in standard deviations, points for mandatory, fresh, burden.

    That of effect says how far the measurement is believed against the claim. Their defaults
    come from the rule ``score.training``.
    """

    gap_now: float
    gap_next: float
    duties: float
    direct: float
    history: float
    together: float
    pattern: float
    alike: float
    peers: float
    peers_family: float
    peers_affair: float
    peers_unit: float
    popular: float
    popular_year: float
    popular_quarter: float
    popular_month: float
    effect: float
    mandatory: float
    priority: float
    fresh: float
    burden: float


COMPONENTS = tuple(TrainingWeights.__dataclass_fields__)
LEARNT = COMPONENTS[:16]
"""Components whose weight can be learnt; the last five are policy."""
BEHAVIOUR = COMPONENTS[3:16]
"""Components that tell what people did: they weigh by kind of history."""


@dataclass(frozen=True)
class TrainingConstants:
    """Mean and spread of the standardised components over a seeded sample of people.

    A spread of 0 switches its component off.
    """

    gap_spread: float
    duties_mean: float
    duties_spread: float
    direct_spread: float
    history_spread: float
    together_spread: float
    pattern_spread: float
    alike_spread: float
    peers_mean: float
    peers_spread: float
    peers_family_mean: float
    peers_family_spread: float
    peers_affair_mean: float
    peers_affair_spread: float
    peers_unit_mean: float
    peers_unit_spread: float
    popular_mean: float
    popular_spread: float
    popular_year_mean: float
    popular_year_spread: float
    popular_quarter_mean: float
    popular_quarter_spread: float
    popular_month_mean: float
    popular_month_spread: float
    priority_spread: float


NO_CONSTANTS = TrainingConstants(*[0.0] * len(TrainingConstants.__dataclass_fields__))
"""Every standardised component off."""
UNIT = TrainingConstants(**{name: float(name.endswith("_spread")) for name in asdict(NO_CONSTANTS)})
"""Constants under which components are their raw values; used while learning the real ones."""
UNIT_WEIGHTS = (TrainingWeights(*[1.0] * len(COMPONENTS)),) * len(HISTORY_KINDS)
