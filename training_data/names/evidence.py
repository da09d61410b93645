"""Stage names, third step: what speaks for and against a name meaning an entry.

In: a name and an entry, both taken apart. Out: ``Evidence``: figures of what is missing, added,
misspelt or left open, and contradictions, each of which alone forbids an automatic match.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from training_data.names.candidates import Links
from training_data.names.normalise import Reading
from training_data.names.words import Words

FIGURES = (
    "missing", "extra", "unknown", "exchanged", "share", "soft", "typo", "guess", "level_open",
    "number_open", "type_open", "type_other", "place_open", "sense", "head",
)  # fmt: skip
"""Names of the figures in their order; each is 0 for a perfect match and grows with doubt."""

_LIGHT = 0.15
_COMMON_TYPE = "pelatihan"
_LONGEST_TAIL = 6


@dataclass(frozen=True)
class Evidence:
    """What distinguishes a name from an entry.

    Attributes:
        figures: as in ``FIGURES``.
        contradictions: of level, number, type, place and word; empty where nothing forbids.
        missing: words of the entry that the name lacks.
        extra: words of the name that the entry lacks.
    """

    figures: tuple[float, ...]
    contradictions: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def left_open(self) -> tuple[str, ...]:
        """What only one side says: level, number, type or place."""
        figures = dict(zip(FIGURES, self.figures, strict=True))
        kinds = {"level": "level_open", "number": "number_open", "type": "type_other",
                 "place": "place_open"}  # fmt: skip
        return tuple(
            kind
            for kind, figure in kinds.items()
            if figures[figure] and kind not in self.contradictions
        )


def compare(
    name: Reading,
    entry: Reading,
    table: Words,
    links: Callable[[str], Links],
    resembles: Callable[[str], bool],
) -> Evidence:
    """Compare a name with an entry.

    Parameters:
        links: for a written word, the words of the list it may stand for.
        resembles: whether the list has a word, or one it may be meant for.
    """
    theirs, ours = set(entry.words), set(name.words)
    extra = [word for word in name.words if word not in theirs]
    missing = [word for word in entry.words if word not in ours and word not in name.soft]
    typo = guess = 0.0
    if extra and missing:
        extra, missing, typo, guess = _aligned(extra, missing, links)
    if missing and name.soft:
        _, missing, more, bold = _aligned(sorted(name.soft - theirs), missing, links)
        typo, guess = typo + more, guess + bold
    light = table.light
    lacking = _weight(missing, light)
    new = [word for word in extra if word not in table.lexicon and not resembles(word)]
    # Who writes "fungsional" means it; who leaves it out may mean it all the same.
    added = _weight(extra, light.difference(*table.exclusive))
    figures = {
        "missing": lacking,
        "extra": added - len(new),
        "unknown": len(new),
        "exchanged": min(lacking, added),
        "share": (lacking + added) / (len(name.words) + len(entry.words) or 1),
        "soft": min(len(name.soft - theirs), _LONGEST_TAIL) / 3,
        "typo": typo,
        "guess": guess,
        "level_open": name.levels != entry.levels,
        "number_open": name.numbers != entry.numbers,
        "type_open": bool(name.type) != bool(entry.type),
        "type_other": "" in (name.type, entry.type)
        and not {name.type, entry.type} <= {"", _COMMON_TYPE},
        "place_open": name.places != entry.places,
        "sense": name.unclear,
        "head": not typo + guess and _first(name, light) != _first(entry, light),
    }
    return Evidence(
        tuple(float(figures[figure]) for figure in FIGURES),
        _contradictions(name, entry, table, extra, missing),
        tuple(missing),
        tuple(extra),
    )


def _first(reading: Reading, light: frozenset[str]) -> str | None:
    return next((word for word in reading.words if word not in light), None)


def _weight(lone: list[str], light: frozenset[str]) -> float:
    return len(lone) - (1 - _LIGHT) * len(light.intersection(lone))


def _aligned(
    extra: list[str], missing: list[str], links: Callable[[str], Links]
) -> tuple[list[str], list[str], float, float]:
    """Lead words to words they may stand for, the surest first; return what is left and costs."""
    if "".join(extra) == "".join(missing):
        return [], [], 0.1, 0.0
    pairs = sorted(
        (link.cost, written, meant, link)
        for written in extra
        for meant, link in links(written).items()
        if meant in missing
    ) if extra else []  # fmt: skip
    typo = guess = 0.0
    left, lacking = list(extra), list(missing)
    for _, written, meant, link in pairs:
        if written in left and meant in lacking:
            left.remove(written)
            lacking.remove(meant)
            typo, guess = typo + link.typo, guess + link.guess
    return left, lacking, typo, guess


def _contradictions(
    name: Reading, entry: Reading, table: Words, extra: list[str], missing: list[str]
) -> tuple[str, ...]:
    found = []
    if name.levels and entry.levels and not _same_level(name.levels, entry.levels):
        found.append("level")
    if name.numbers and entry.numbers and name.numbers != entry.numbers:
        found.append("number")
    excluded = any(g & set(extra) and g & set(missing) for g in table.exclusive)
    if excluded or (name.type and entry.type and name.type != entry.type):
        found.append("type")
    if name.places and entry.places and name.places != entry.places:
        found.append("place")
    differing = {*extra, *missing}
    abroad = ({*extra} | name.soft) - set(entry.words)
    if differing & table.decisive or abroad & table.foreign:
        found.append("word")
    return tuple(found)


def _same_level(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether levels agree; "ahli" alone leaves open which of them."""
    if ours == theirs:
        return True
    if "ahli" in ours:
        return all(level.startswith("ahli") for level in theirs)
    return "ahli" in theirs and all(level.startswith("ahli") for level in ours)
