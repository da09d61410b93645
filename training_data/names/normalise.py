"""Stage names, first step: a typed name becomes words in full; level, number, place stand apart.

In: a name of one kind. Out: ``Reading``, one for each sense of an ambiguous abbreviation. A name
somebody typed and a name of a reference list are read alike; of a typed one the tail (unit, place,
audience) counts less.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal

from training_data.names.spelling import distance
from training_data.names.words import Kind, Phrase, Phrases, Words, words

SENSES = 4
"""Readings of one name at most; further senses are rarer than a mistake would be."""

_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18,
    "xix": 19, "xx": 20, "xxi": 21, "xxii": 22, "xxiii": 23, "xxiv": 24, "xxv": 25,
}  # fmt: skip
_NUMBER = "(?:[ivx]+|[0-9]+)"
_DROPPED = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:angkatan|angk|akt|gelombang|gel|batch|periode|kloter|ang)[ .:-]*(?:ke[ -]*)?"
        + _NUMBER
        + r"\b",
        r"\b(?:tahun|thn|th|ta|t\.a)?[ .]*(?:anggaran|ajaran)?[ ]*(?:19|20)[0-9]{2}\b"
        r"(?:\s*[/-]\s*(?:19|20)[0-9]{2}\b)?",
        r"\b[0-9]+ *(?:jp|jpl|jam|hari)\b",
    )
)
_GRADE_OF_COURSE = re.compile(
    r"\b(?:tk|tkt)\b(?=[ .]*(?:[ivx]+\b|[0-9]|dasar|lanjut|menengah|ahli|terampil|muda|madya))"
)
_DEGREES = (
    (re.compile(r"\bdiploma\b"), "d"),
    (re.compile(r"\bstrata\b"), "s"),
    (re.compile(r"\bsarjana muda\b"), " sarjanamuda "),
    (re.compile(r"\bd *[-.]? *(?:iv|4)\b"), " d4 "),
    (re.compile(r"\bd *[-.]? *(?:iii|3)\b"), " d3 "),
    (re.compile(r"\bd *[-.]? *(?:ii|2)\b"), " d2 "),
    (re.compile(r"\bd *[-.]? *(?:i|1)\b"), " d1 "),
    (re.compile(r"\bs *[-.]? *(?:iii|3)\b"), " s3 "),
    (re.compile(r"\bs *[-.]? *(?:ii|2)\b"), " s2 "),
    (re.compile(r"\bs *[-.]? *(?:i|1)\b"), " s1 "),
)
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_LETTERS_THEN_DIGITS = re.compile(r"(?<=[a-z]{3})(?=[0-9])|(?<=[0-9])(?=[a-z]{2})")
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[a-z]+[0-9]?(?![0-9])[a-z]*|[0-9]+|[a-z]+")

Known = Callable[[str], bool]


@dataclass(frozen=True)
class Reading:
    """A name taken apart.

    Attributes:
        words: content words in full, in their order, each once.
        soft: words of the tail; they may support a match, their lack of one says little.
        levels: level or jenjang; two names with different levels are never one.
        numbers: numerals and single letters, in ascending order; likewise.
        type: type of a course, empty where it is not said.
        places: cities of the agency; likewise.
        unclear: 0; 1 where an abbreviation has several senses, 2 where another than the likeliest
            is read.
    """

    words: Phrase
    soft: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    numbers: Phrase = ()
    type: str = ""
    places: frozenset[str] = frozenset()
    unclear: int = 0


def exact_key(name: str) -> str:
    """Return what two spellings share that are one name beyond doubt: no case, blanks, signs.

    >>> exact_key("Umum & Kepegawaian.") == exact_key("UMUM DAN KEPEGAWAIAN")
    True
    """
    written = unicodedata.normalize("NFKC", name.replace("&", " dan ")).casefold()
    return _SIGNS.sub("", written)


def without_degree(name: str) -> str:
    """Return a field of study without the degree before it.

    >>> without_degree("S-1 Tek. Sipil")
    'tek. sipil'
    """
    text = folded(name)
    for pattern, degree in _DEGREES:
        text = pattern.sub(" " if degree.strip() not in ("d", "s") else degree, text)
    text = re.sub(r"\b(?:sarjana|magister|doktor|master)\b", " ", text)
    return " ".join(text.split()) or name


def folded(name: str) -> str:
    """Return a name in small letters without accents, ``&`` written out."""
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[&+]", " dan ", re.sub(r"['`’\"“”]", "", plain))


def read(
    kind: Kind,
    name: str,
    *,
    typed: bool = False,
    known: Known | None = None,
    resembles: Known | None = None,
) -> tuple[Reading, ...]:
    """Return the readings of a name, the likeliest sense first; none where it says nothing.

    Parameters:
        typed: the name was typed by somebody, so that its tail counts less.
        known: whether a word occurs in the reference list; words run together are parted by it.
        resembles: whether a word occurs there or may be meant for one that does; only other words
            are tail, unless a unit follows.

    >>> read("job", "Kasubag Umum & Kepeg")[0].words
    ('kepala', 'subbagian', 'umum', 'kepegawaian')
    >>> sorted(read("job", "Perawat Pelaksana Lanjutan")[0].levels)
    ['mahir']
    """
    table = words(kind)
    text = folded(name)
    for pattern in _DROPPED:
        text = pattern.sub(" ", text)
    if kind == "education":
        for pattern, degree in _DEGREES:
            text = pattern.sub(degree, text)
    else:
        text = _GRADE_OF_COURSE.sub("tingkat", text)
    raw, bracketed = _tokens(kind, text, typed)
    lead = table.lead.at(raw, 0) if typed and raw else None
    raw = raw[len(lead) :] if lead and len(lead) < len(raw) else raw
    raw = list(table.whole.get(tuple(raw), raw))
    main = _senses(table, _parted(table, raw, known))
    beside = _senses(table, _parted(table, bracketed, known))[0][0]
    found: dict[Reading, None] = {}
    for sense, unclear in main:
        reading = _reading(kind, table, sense, beside, typed and resembles, unclear)
        if reading is not None:
            found.setdefault(reading)
    return tuple(found)


def _tokens(kind: Kind, text: str, typed: bool) -> tuple[list[str], list[str]]:
    """Return the words of a name, and apart those in the brackets of a typed one."""
    aside: list[str] = []

    def take(found: re.Match[str]) -> str:
        inner = _split(found[1])
        before = _split(text[: found.start()])
        if len(inner) == 1 and _abbreviates(inner[0], before):
            return " "
        if not typed or not before:
            return f" {found[1]} "
        aside.extend(inner)
        return " "

    plain = _BRACKETS.sub(take, text)
    return _split(plain), aside


def _split(text: str) -> list[str]:
    found = []
    for word in _WORD.findall(_LETTERS_THEN_DIGITS.sub(" ", text)):
        number = _ROMAN.get(word)
        if word.isdigit():
            found.append(f"#{int(word)}")
        elif number is not None:
            found.append(f"#{number}")
        else:
            found.append(word)
    return found


def _abbreviates(short: str, long: list[str]) -> bool:
    """Whether ``short`` is made of the first letters of the last words before it."""
    initials = "".join(word[0] for word in long if word not in ("dan", "atau"))
    return len(short) >= 2 and initials.endswith(short)


def _parted(table: Words, tokens: Iterable[str], known: Known | None) -> list[str]:
    """Part words that were run together, such as "pengolahdata"."""
    found: list[str] = []
    for word in tokens:
        found += _parts(table, word, known)
    return found


def _parts(table: Words, word: str, known: Known | None) -> list[str]:
    if len(word) < 7 or not word.isalpha() or _is_known(table, word, known):
        return [word]
    for cut in range(len(word) - 3, 3, -1):
        left, right = word[:cut], word[cut:]
        if _is_known(table, left, known) and _is_known(table, right, known):
            return [left, right]
    return [word]


def _is_known(table: Words, word: str, known: Known | None) -> bool:
    return (
        word in table.lexicon
        or (len(word) >= 3 and (word,) in table.phrases)
        or (known is not None and len(word) >= 4 and known(word))
    )


def _senses(table: Words, tokens: list[str]) -> list[tuple[list[str], int]]:
    """Write abbreviations and old names out; several senses give several lists."""
    options: list[tuple[Phrase, ...]] = []
    place = 0
    tokens = [word for word in tokens if word != "tingkat"]
    while place < len(tokens):
        phrase = table.phrases.at(tokens, place)
        options.append(table.phrases[phrase] if phrase else ((tokens[place],),))
        place += len(phrase) if phrase else 1
    found = []
    for chosen in product(*(range(len(option)) for option in options)):
        sense = [w for o, c in zip(options, chosen, strict=True) for w in o[c]]
        unclear = any(len(option) > 1 for option in options)
        found.append((_again(table, sense), unclear + any(chosen)))
        if len(found) == SENSES:
            break
    return found


def _again(table: Words, tokens: list[str]) -> list[str]:
    """Apply phrases of several words once more: an expansion may complete one."""
    found: list[str] = []
    place = 0
    while place < len(tokens):
        phrase = table.phrases.at(tokens, place, least=2)
        found += table.phrases[phrase][0] if phrase else [tokens[place]]
        place += len(phrase) if phrase else 1
    return found


def _reading(
    kind: Kind,
    table: Words,
    tokens: list[str],
    beside: list[str],
    resembles: Known | Literal[False] | None,
    unclear: int,
) -> Reading | None:
    tokens, types = _taken(table.types, tokens)
    tokens, places = _taken(table.places, tokens)
    tokens, _ = _taken(table.own, tokens)
    head = list(tokens)
    tail: list[str] = []
    if resembles:
        head, tail = _with_tail(kind, table, head)
        if kind == "education":
            tail = []  # the school says nothing about the field
        elif not tail or tail[0] not in table.unit_tails:
            beside = [*tail, *beside]
            tail = []
        elif tail and tail[0] in table.schools:
            tail = [word for word in tail if word[0] != "#"]
        head += [
            word
            for word in beside
            if word[0] == "#" or word in table.level_words or resembles(word)
        ]
        head += [word for word in tail if word in table.decisive - table.unit_types]
    head = _levels_spelt(kind, head)
    head, levels = _taken(table.levels, head, table.kept)
    tail, more = _taken(table.levels, tail, table.kept)
    levels |= more
    content = [word for word in head if word not in table.stop]
    while len(content) > 1 and content[-1] in table.last_levels:
        level = table.last_levels[content[-1]]
        if content[-1] == "pelaksana" and levels - {level}:
            break
        levels |= {level}
        content.pop()
    numbers = sorted(
        word.lstrip("#") for word in (*content, *tail) if word[0] == "#" or len(word) == 1
    )
    kept = tuple(dict.fromkeys(w for w in content if w[0] != "#" and len(w) > 1))
    soft = (
        {w for w in (*tail, *beside) if w[0] != "#" and len(w) > 1} - table.stop - table.level_words
    )
    if not (kept or levels or numbers or types):
        return None
    return Reading(
        kept,
        frozenset(soft - set(kept)),
        frozenset(levels),
        tuple(numbers),
        min(types, default=""),
        frozenset(places),
        unclear,
    )


def _taken(
    look: Phrases, tokens: list[str], kept: frozenset[str] = frozenset()
) -> tuple[list[str], set[str]]:
    """Take the phrases of a table out; return what is left and what they mean."""
    if look.starts.isdisjoint(tokens):
        return tokens, set()
    left: list[str] = []
    found: set[str] = set()
    place = 0
    while place < len(tokens):
        phrase = look.at(tokens, place)
        if phrase is None:
            left.append(tokens[place])
            place += 1
            continue
        found.add(look[phrase])
        left += [word for word in phrase if word in kept]
        place += len(phrase)
    return left, found


def _with_tail(kind: Kind, table: Words, tokens: list[str]) -> tuple[list[str], list[str]]:
    """Part a typed name where only unit, place or audience follow."""
    units = 0
    for place, word in enumerate(tokens):
        if place and word in table.tail:
            return tokens[:place], tokens[place + 1 :]
        if kind != "job" or word not in table.unit_types:
            continue
        before = tokens[place - 1] if place else ""
        apart = units or before not in table.decisive - table.level_words
        if place > 1 and apart and before != "suku" and _only_where(table, tokens, place):
            return tokens[:place], tokens[place:]
        units += 1
    return _after_head(kind, tokens)


def _only_where(table: Words, tokens: list[str], place: int) -> bool:
    """Whether the unit named from ``place`` on only says where a post is.

    So it is behind the head of another unit, behind a level, and always with a school; behind other
    titles it may well be what the work is about.
    """
    word = tokens[place]
    if word in table.schools:
        return True
    if word not in table.unit_tails or tokens[place : place + 2] == ["rumah", "tangga"]:
        return False
    return tokens[0] in table.decisive or not table.level_words.isdisjoint(tokens[:place])


def _after_head(kind: Kind, tokens: list[str]) -> tuple[list[str], list[str]]:
    """The names of places after a camat, a lurah or their secretary are tail."""
    if kind == "job":
        for place, word in enumerate(tokens[:3]):
            heads = word in ("camat", "lurah")
            if heads or (word in ("kecamatan", "kelurahan") and place == 1):
                return tokens[: place + 1], tokens[place + 1 :]
    return tokens, []


def _levels_spelt(kind: Kind, tokens: list[str]) -> list[str]:
    """Mend a misspelt level after "ahli", where it can only be one."""
    if "ahli" not in tokens:
        return tokens
    names = tuple(words(kind).last_levels)
    found = list(tokens)
    for place, word in enumerate(tokens[:-1]):
        after = tokens[place + 1]
        if word == "ahli" and names and after not in names:
            near = [name for name in names if len(name) > 3 and distance(after, name, 1) <= 1]
            if len(near) == 1:
                found[place + 1] = near[0]
    return found


def twin_key(reading: Reading) -> tuple[object, ...]:
    """Return all that tells names apart but the type of course; words in any order."""
    return (frozenset(reading.words), reading.levels, reading.numbers, reading.places)
