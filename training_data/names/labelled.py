"""Names matched by hand: read them, learn the parameters from them, and measure the matcher.

In: a file with ``kind, name, code`` and, where some are set aside, ``part``; reference lists. Out:
parameters, or ``Measured``: precision of automatic matches, recall, and reliability by bins. As
code stands ``none`` where the list lacks what is meant, and ``unsure`` where more than one fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training_data.errors import UnusableInput
from training_data.messages import say
from training_data.names.catalogue import Catalogue, read_table
from training_data.names.confidence import Confidence, Example, fit
from training_data.names.matcher import Matcher, Thresholds
from training_data.names.words import KINDS, Kind

SEVERAL = "unsure"
NOT_TO_BE_MAPPED = frozenset({"none", SEVERAL})
ASIDE = "aside"


@dataclass(frozen=True)
class Labelled:
    """A name and what a person says it means."""

    kind: Kind
    name: str
    code: str
    part: str = ""

    @property
    def maps(self) -> bool:
        """Whether it means exactly one entry of the list."""
        return self.code not in NOT_TO_BE_MAPPED


@dataclass(frozen=True)
class Bin:
    """Names of similar confidence: how many, what was promised, what came true."""

    count: int
    promised: float
    true: float


@dataclass(frozen=True)
class Measured:
    """How well names were matched.

    Attributes:
        names: all that were judged.
        to_map: those that mean exactly one entry.
        automatic: those that were mapped without a person.
        right: of these, how many rightly.
        wrong: the names mapped wrongly, with the code given.
        shown: of those to map and not automatic, how many had the right code among the candidates.
        bins: reliability over ten equal ranges of confidence, empty ones left out.
    """

    names: int
    to_map: int
    automatic: int
    right: int
    wrong: tuple[tuple[Labelled, str], ...]
    shown: int
    bins: tuple[Bin, ...]

    @property
    def precision(self) -> float:
        """Share of automatic matches that are right; 1 where there is none."""
        return self.right / self.automatic if self.automatic else 1.0

    @property
    def recall(self) -> float:
        """Share of names that mean one entry and were mapped to it."""
        return self.right / self.to_map if self.to_map else 1.0

    @property
    def calibration_error(self) -> float:
        """Mean distance between what was promised and what came true, weighed by names."""
        return sum(b.count * abs(b.promised - b.true) for b in self.bins) / max(self.names, 1)


def read_labelled(file: Path) -> list[Labelled]:
    """Read names matched by hand.

    Raises:
        UnusableInput: a column is missing, or a kind is unknown.
    """
    rows = read_table(file)
    found = []
    for row in rows:
        if not {"kind", "name", "code"} <= set(row) or row["kind"] not in KINDS:
            raise UnusableInput(say("names.bad_labelled", "id", file=file.name))
        found.append(Labelled(row["kind"], row["name"], row["code"], row.get("part") or ""))
    return found


def learn(
    labelled: Iterable[Labelled],
    catalogues: Mapping[Kind, Catalogue],
    thresholds: Thresholds,
    start: Confidence,
) -> Confidence:
    """Learn parameters from names matched by hand, whatever their order.

    Parameters:
        start: parameters that order the candidates while learning.
    """
    ordered = sorted(set(labelled), key=lambda one: (one.kind, one.name, one.code))
    return fit(_examples(ordered, catalogues, thresholds, start))


def measure(
    labelled: Sequence[Labelled],
    catalogues: Mapping[Kind, Catalogue],
    thresholds: Thresholds,
    confidence: Confidence,
) -> Measured:
    """Match the names and compare with what people said."""
    return _summed(list(_judged(labelled, catalogues, thresholds, confidence)))


def cross_validate(
    labelled: Sequence[Labelled],
    catalogues: Mapping[Kind, Catalogue],
    thresholds: Thresholds,
    start: Confidence,
    folds: int = 5,
) -> Measured:
    """Learn on all folds but one and measure on that one, in turn; return all held-out results."""
    ordered = sorted(labelled, key=lambda one: (one.kind, one.name))
    judged: list[_Judged] = []
    for fold in range(folds):
        learnt = learn(
            [one for i, one in enumerate(ordered) if i % folds != fold],
            catalogues, thresholds, start,
        )  # fmt: skip
        judged += _judged(ordered[fold::folds], catalogues, thresholds, learnt)
    return _summed(judged)


@dataclass(frozen=True)
class _Judged:
    label: Labelled
    code: str | None
    best: str
    confidence: float
    shown: tuple[str, ...]


def _judged(
    labelled: Sequence[Labelled],
    catalogues: Mapping[Kind, Catalogue],
    thresholds: Thresholds,
    confidence: Confidence,
) -> Iterable[_Judged]:
    for kind, catalogue in catalogues.items():
        mine = [one for one in labelled if one.kind == kind]
        matcher = Matcher(catalogue, thresholds, confidence=confidence)
        matches = matcher.match(one.name for one in mine)
        for one in mine:
            match = matches[one.name]
            shown = tuple(c.code for c in match.candidates)
            best = shown[0] if shown else ""
            yield _Judged(one, match.code, best, match.confidence, shown)


def _examples(
    labelled: Sequence[Labelled],
    catalogues: Mapping[Kind, Catalogue],
    thresholds: Thresholds,
    start: Confidence,
) -> list[Example]:
    found = []
    for kind, catalogue in catalogues.items():
        mine = [one for one in labelled if one.kind == kind]
        matcher = Matcher(catalogue, thresholds, confidence=start)
        for one, scored in zip(mine, matcher.scored([m.name for m in mine]), strict=True):
            right = scored.codes.index(one.code) if one.code in scored.codes else None
            several = one.code == SEVERAL
            found.append(Example(scored.evidence, right, several))
    return found


def _summed(judged: Sequence[_Judged]) -> Measured:
    mapped = [one for one in judged if one.code is not None]
    wrong = tuple((one.label, str(one.code)) for one in mapped if one.code != one.label.code)
    return Measured(
        names=len(judged),
        to_map=sum(one.label.maps for one in judged),
        automatic=len(mapped),
        right=len(mapped) - len(wrong),
        wrong=wrong,
        shown=sum(one.code is None and one.label.code in one.shown for one in judged),
        bins=tuple(_bins(judged)),
    )


def _bins(judged: Sequence[_Judged]) -> Iterable[Bin]:
    for tenth in range(10):
        inside = [one for one in judged if min(int(one.confidence * 10), 9) == tenth]
        if inside:
            promised = sum(one.confidence for one in inside) / len(inside)
            true = sum(one.best == one.label.code for one in inside) / len(inside)
            yield Bin(len(inside), promised, true)
