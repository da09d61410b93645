"""How simulated people behave: what they notice, accept, finish, learn and forget.

Every number is an assumption, none is measured. A person looks at the suggestions in their order:

    noticed   with probability  1 / (1 + exp(−(attention + endorsed_attention · E)))
                                · rank_fade^(rank − 1) · fatigue^(times shown before)
    wanted    with probability  1 / (1 + exp(−z))
    z = willing + taste · liking + follows · (comes after one's last training)
        + need · (levels felt missing) · (0.5 + support) + endorsement · E
        − load · (busy) − long · (JP / 40) − enough · (JP of the year, taken or begun, / 20)

E is 1 where a leader endorses. What is wanted but has no seat is postponed; of what is not wanted,
a share ``later`` is postponed and the rest declined, for the reason that weighs most. People also
learn of their own accord, after their taste, their need and what colleagues in the post take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from recommender.errors import ImpossibleWish

SHARES = (
    "rank_fade", "fatigue", "later", "seat", "own", "complete", "unprepared", "tired", "practice",
    "forget", "settle", "assessed", "assessed_after", "felt",
)  # fmt: skip
"""Fields that are shares or probabilities."""
ANY_SIGN = ("attention", "willing")
"""Fields that may be below 0."""


@dataclass(frozen=True)
class Behaviour:
    """The numbers of the model; unknown keys are refused when read back.

    Attributes:
        attention, rank_fade, fatigue, endorsed_attention: what is noticed (see above).
        willing, taste, follows, need, load, long, enough, endorsement: what is wanted.
        felt: share of a true gap that a person feels.
        later: share of what is not wanted that is postponed, not declined.
        seat: probability that a training which can be joined has a seat left in a month.
        per_month: trainings begun in a month at most.
        own: probability of learning of one's own accord in a month, for drive and support 1 and
            without a heavy load; ``own_busy`` multiplies it for those with one.
        colleagues: weight of what colleagues in the post take, in one's own choices.
        month_hours: JP of a training that one month holds.
        complete: probability of finishing; ``tired`` is taken off it for the busy.
        prepared: levels below the assumed one at which people still follow.
        unprepared: what those who do not follow gain of what the others would.
        most: missing levels that one training can work on at most.
        gain, gain_support: share of the true effect that comes to a person without support, and
            what full support adds.
        luck: spread of the gain, relative.
        practice: share of what the post asks and is missing that work teaches in a year.
        forget, settle: shares of what was learnt lately that a month takes away, and makes firm.
        assessed: probability of an assessment in a month; ``assessed_after`` of one by the
            superior after a finished training.
        error, error_superior, lenient_superior: spread of assessments, and leniency, in levels.
    """

    attention: float = 0.6
    rank_fade: float = 0.85
    fatigue: float = 0.7
    endorsed_attention: float = 0.8
    willing: float = -0.8
    taste: float = 0.8
    follows: float = 1.0
    need: float = 0.8
    load: float = 0.8
    long: float = 0.25
    enough: float = 0.6
    endorsement: float = 0.7
    felt: float = 0.7
    later: float = 0.35
    seat: float = 0.85
    per_month: int = 1
    own: float = 0.08
    own_busy: float = 0.75
    colleagues: float = 0.5
    month_hours: float = 60.0
    complete: float = 0.94
    tired: float = 0.06
    prepared: float = 0.75
    unprepared: float = 0.12
    most: float = 1.6
    gain: float = 0.55
    gain_support: float = 0.6
    luck: float = 0.25
    practice: float = 0.1
    forget: float = 0.02
    settle: float = 0.15
    assessed: float = 0.03
    assessed_after: float = 0.3
    error: float = 0.3
    error_superior: float = 0.42
    lenient_superior: float = 0.25

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            whole = one.name == "per_month"
            allowed = isinstance(value, int if whole else int | float)
            if isinstance(value, bool) or not allowed or value != value or abs(value) == _ENDLESS:
                raise _wrong(one.name, value, "a whole number" if whole else "a number")
            if one.name in SHARES and not 0 <= value <= 1:
                raise _wrong(one.name, value, "a share between 0 and 1")
            if one.name not in ANY_SIGN and value < 0:
                raise _wrong(one.name, value, "0 or above")
        if self.month_hours <= 0:
            raise _wrong("month_hours", self.month_hours, "above 0")

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Behaviour:
        """Read back what ``as_json`` wrote; what is left out keeps its default.

        Raises:
            ImpossibleWish: a key is unknown, or a value is out of its range.
        """
        known = {one.name for one in fields(cls)}
        for name in values:
            if name not in known:
                raise ImpossibleWish(
                    f"Behaviour has no number {name!r}; it has {', '.join(sorted(known))}."
                )
        return cls(**values)


_ENDLESS = float("inf")


def _wrong(name: str, value: Any, wanted: str) -> ImpossibleWish:
    return ImpossibleWish(f"Behaviour: {name} has to be {wanted}, not {value!r}.")
