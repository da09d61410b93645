"""Stage names, data: what offices abbreviate, drop and mean alike, read once from ``words.json``.

In: nothing. Out: ``Words`` of one kind of name, ready for look-up. The file holds our own words
only; an expansion with several senses is a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, get_args

Kind = Literal["job", "training", "education", "unit"]
"""What a name is the name of."""

KINDS: tuple[Kind, ...] = get_args(Kind)

Phrase = tuple[str, ...]


class Phrases(dict[Phrase, Any]):
    """Phrases and what they mean; most names hold none, which ``starts`` tells at once."""

    def __init__(self, content: Mapping[Phrase, Any]) -> None:
        super().__init__(content)
        self.starts = frozenset(phrase[0] for phrase in content)
        self.longest = max(map(len, content), default=0)

    def at(self, tokens: Sequence[str], place: int, least: int = 1) -> Phrase | None:
        """Return the longest phrase that begins at a place, of at least ``least`` words."""
        if tokens[place] not in self.starts:
            return None
        for length in range(min(self.longest, len(tokens) - place), least - 1, -1):
            phrase = tuple(tokens[place : place + length])
            if phrase in self:
                return phrase
        return None


@dataclass(frozen=True)
class Words:
    """Words of one kind of name.

    Attributes:
        phrases: written words → senses, the likeliest first; an empty sense drops the words.
        whole: a whole name → what it stands for.
        lead: words before a typed name that say only what kind of name it is.
        stop: words without meaning of their own.
        tail: words after which only the place or the audience follows.
        levels: words → level; of these ``kept`` stay words besides.
        last_levels: words that are a level at the end of a name only.
        level_words: every word that is part of a level.
        types: words → type of course.
        places: words → place, where the agency has a unit of each kind in every such place.
        own: names of the agency itself, which say nothing among its own lists.
        decisive: words whose lack or presence makes another name.
        exclusive: groups of words that exclude each other.
        foreign: words that lead to another agency.
        light: words whose lack hardly matters.
        unit_types: words that begin the name of a unit.
        unit_tails: of these the ones that, behind a post, only say where it is.
        schools: of these the ones that bear a number as a name.
        lexicon: words that are spelt right, and so are no misspelling of another.
    """

    phrases: Phrases
    whole: Mapping[Phrase, Phrase]
    lead: Phrases
    stop: frozenset[str]
    tail: frozenset[str]
    levels: Phrases
    last_levels: Mapping[str, str]
    level_words: frozenset[str]
    kept: frozenset[str]
    types: Phrases
    places: Phrases
    own: Phrases
    decisive: frozenset[str]
    exclusive: tuple[frozenset[str], ...]
    foreign: frozenset[str]
    light: frozenset[str]
    unit_types: frozenset[str]
    unit_tails: frozenset[str]
    schools: frozenset[str]
    lexicon: frozenset[str]


@cache
def data() -> Mapping[str, Any]:
    """Return the file as it is; callers must not change it."""
    file = resources.files(__package__ or "training_data.names").joinpath("words.json")
    content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


@cache
def words(kind: Kind) -> Words:
    """Return the words of one kind."""
    raw = data()
    senses: dict[Phrase, tuple[Phrase, ...]] = {}
    for group in ("all", kind):
        for written, meant in raw["phrases"].get(group, {}).items():
            several = meant if isinstance(meant, list) else [meant]
            senses[tuple(written.split())] = tuple(tuple(one.split()) for one in several)
    return Words(
        phrases=Phrases(senses),
        whole=MappingProxyType(
            {tuple(k.split()): tuple(v.split()) for k, v in raw["whole"].get(kind, {}).items()}
        ),
        lead=Phrases({tuple(words.split()): "" for words in raw["lead"][kind]}),
        stop=_set(raw["stop"], kind),
        tail=_set(raw["tail"], kind),
        levels=Phrases(_table(raw["levels"][kind])),
        last_levels=MappingProxyType(raw["last_levels"][kind]),
        level_words=frozenset(
            {*raw["last_levels"][kind], *(" ".join(raw["levels"][kind]).split())}
        ),
        kept=frozenset(raw["kept_with_level"].split()),
        types=Phrases(_table(raw["types"]) if kind == "training" else {}),
        places=Phrases(_table(raw["places"]) if kind in ("job", "unit") else {}),
        own=Phrases({} if kind == "education" else {tuple(own.split()): "" for own in raw["own"]}),
        decisive=frozenset(raw["decisive"].split()) | raw["last_levels"][kind].keys(),
        exclusive=tuple(frozenset(group.split()) for group in raw["exclusive"][kind]),
        foreign=frozenset(raw["foreign"].split()),
        light=_set(raw["light"], kind),
        unit_types=frozenset(raw["unit_types"].split()),
        unit_tails=frozenset(raw["unit_tails"].split()),
        schools=frozenset(raw["schools"].split()),
        lexicon=_lexicon(raw),
    )


def _lexicon(raw: Mapping[str, Any]) -> frozenset[str]:
    """Return every word that is certainly spelt right: the list, and what abbreviations mean."""
    found = set(raw["lexicon"].split())
    for group in raw["phrases"].values():
        for meant in group.values():
            for sense in meant if isinstance(meant, list) else [meant]:
                found.update(word for word in sense.split() if word.isalpha())
    return frozenset(found)


def _table(raw: Mapping[str, str]) -> dict[Phrase, str]:
    return {tuple(written.split()): meant for written, meant in raw.items()}


def _set(raw: Mapping[str, str], kind: Kind) -> frozenset[str]:
    return frozenset(_listed(raw.get("all", ""), raw.get(kind, "")))


def _listed(*texts: str) -> Iterable[str]:
    return (word for text in texts for word in text.split())
