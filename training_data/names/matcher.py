"""Stage names, the whole: names as typed are matched to the codes of a reference list.

In: a catalogue, the decisions of HR so far, names. Out: ``Match`` per distinct name: sure with its
code, unsure with its best candidates and how they differ, or unknown. Never silently wrong: what
contradicts, what fits twice and what is only likely goes to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from training_data.names.candidates import Index
from training_data.names.catalogue import Catalogue
from training_data.names.confidence import Confidence, shipped
from training_data.names.evidence import FIGURES, Evidence, compare
from training_data.names.normalise import Reading, exact_key, read, twin_key
from training_data.names.words import words
from training_data.reference.packs import Rules

SURE, UNSURE, UNKNOWN, DECIDED = "sure", "unsure", "unknown", "decided"

_SHARE = FIGURES.index("share")

_SEARCHED = 12
"""Entries compared with each name; search puts those that share level and number first."""


@dataclass(frozen=True)
class Thresholds:
    """When a match is used by itself, and what is shown to a person.

    Attributes:
        sure: lowest probability of an automatic match.
        unsure: lowest probability with which a candidate is worth a person's time.
        alike: smallest share of words in common for a candidate to be shown at all.
        candidates: how many are shown.
    """

    sure: float
    unsure: float
    alike: float
    candidates: int

    @classmethod
    def of(cls, rules: Rules) -> Thresholds:
        """Take them from the rules in force."""
        params = rules.rule("names.match").params
        return cls(params["sure"], params["unsure"], params["alike"], params["candidates"])


@dataclass(frozen=True)
class Candidate:
    """An entry that may be meant.

    Attributes:
        code, title: of the entry.
        probability: that it is meant, 0 … 1.
        contradictions: level, number, type, place, word.
        left_open: of these what only one side says.
        missing: words of the entry that the name lacks.
        extra: words of the name that the entry lacks.
    """

    code: str
    title: str
    probability: float
    contradictions: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """What a name means.

    Attributes:
        name: as typed.
        decision: sure, unsure, unknown, or decided where a person said it.
        code: where sure or decided; null where a person said that none is meant.
        confidence: of the best candidate; 1 where decided.
        candidates: the best first; empty where unknown.
    """

    name: str
    decision: str
    code: str | None = None
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()

    @property
    def mapped(self) -> bool:
        """Whether the code is to be used."""
        return self.code is not None


@dataclass(frozen=True)
class Scored:
    """A name's candidates with their evidence, the likeliest first, one per code."""

    codes: tuple[str, ...]
    titles: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass
class Matcher:
    """Matches names of one kind.

    Attributes:
        catalogue: the reference lists.
        thresholds: from the rule pack.
        decisions: ``exact_key`` of a name → code, or null for none; what people decided.
        confidence: learnt parameters; those of the product unless others are given.
    """

    catalogue: Catalogue
    thresholds: Thresholds
    decisions: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    confidence: Confidence = field(default_factory=shipped)

    def __post_init__(self) -> None:
        self._index = Index(self.catalogue)
        self._titles: dict[str, str] = {}
        for entry in self.catalogue.entries:
            self._titles.setdefault(entry.code, entry.title)

    def match(self, names: Iterable[str]) -> dict[str, Match]:
        """Return what each distinct name means.

        The order and the company of the names change nothing; equal spellings are matched once.
        """
        distinct = list(dict.fromkeys(names))
        done: dict[str, Match] = {}
        open_: list[str] = []
        for name in distinct:
            found = self._known(name)
            if found is None:
                open_.append(name)
            else:
                done[name] = found
        for name, scored in zip(open_, self.scored(open_), strict=True):
            done[name] = self._judged(name, scored)
        return {name: done[name] for name in distinct}

    def scored(self, names: Sequence[str]) -> list[Scored]:
        """Return for each name its candidates and the evidence for each."""
        kind = self.catalogue.kind
        by_key: dict[tuple[Reading, ...], int] = {}
        which = []
        for name in names:
            readings = read(
                kind, name, typed=True, known=self._index.knows, resembles=self._index.resembles
            )
            which.append(by_key.setdefault(readings, len(by_key)))
        flat = [reading for readings in by_key for reading in readings]
        places = self._index.nearest(flat, _SEARCHED)
        results = [
            self._compared([(reading, next(places)) for reading in readings]) for readings in by_key
        ]
        return [results[place] for place in which]

    def _known(self, name: str) -> Match | None:
        """Return what needs no comparison: a decision, or the exact spelling of one code."""
        key = exact_key(name)
        if key in self.decisions:
            code = self.decisions[key]
            # A code that the list no longer holds decides nothing.
            if code is None or code in self._titles:
                return Match(name, DECIDED, code, 1.0)
        codes = self.catalogue.spellings.get(key, ()) if key else ()
        if len(codes) == 1:
            sole = Candidate(codes[0], self._titles[codes[0]], 1.0)
            return Match(name, SURE, codes[0], 1.0, (sole,))
        if codes:
            shared = 1 / len(codes)
            shown = tuple(Candidate(code, self._titles[code], shared) for code in codes)
            return Match(name, UNSURE, None, shared, shown[: self.thresholds.candidates])
        return None if key else Match(name, UNKNOWN)

    def _compared(self, found: Sequence[tuple[Reading, Any]]) -> Scored:
        kind = self.catalogue.kind
        table = words(kind)
        best: dict[str, tuple[float, str, Evidence]] = {}
        for reading, places in found:
            for place in places.tolist():
                entry = self.catalogue.entries[place]
                if entry.superseded:
                    continue
                evidence = compare(
                    reading, entry.reading, table, self._index.links, self._index.resembles
                )
                if not reading.type and twin_key(entry.reading) in self.catalogue.several_types:
                    evidence = replace(evidence, contradictions=(*evidence.contradictions, "type"))
                odds = self.confidence.odds(evidence)
                if entry.code not in best or odds > best[entry.code][0]:
                    best[entry.code] = (odds, entry.title, evidence)
        order = sorted(best, key=lambda code: (-best[code][0], code))
        return Scored(
            tuple(order), tuple(best[c][1] for c in order), tuple(best[c][2] for c in order)
        )

    def _judged(self, name: str, scored: Scored) -> Match:
        limits = self.thresholds
        odds = [self.confidence.odds(one) for one in scored.evidence]
        chances = self.confidence.probabilities(odds)
        if chances and chances[0] >= limits.sure and not scored.evidence[0].contradictions:
            decision = SURE
        else:
            decision = UNSURE
        shown = tuple(
            Candidate(
                code, title, round(chance, 4), e.contradictions, e.left_open, e.missing, e.extra
            )
            for code, title, chance, e in zip(
                scored.codes, scored.titles, chances, scored.evidence, strict=True
            )
            if chance >= limits.unsure or _alike(e) >= limits.alike
        )[: limits.candidates]
        if not shown:
            return Match(name, UNKNOWN)
        code = shown[0].code if decision == SURE else None
        return Match(name, decision, code, shown[0].probability, shown)


def _alike(evidence: Evidence) -> float:
    """Return the share of words that name and entry have in common, 0 … 1."""
    share = evidence.figures[_SHARE]
    return 1 - min(share, 1.0)
