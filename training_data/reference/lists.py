"""Known lists: codes a column may hold, other spellings of them, and what the screen says.

Each list is one file in ``lists/`` with its mark and source. A spelling is compared without case,
blanks and punctuation, so "III/d", "IIId" and "iii d" are one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from training_data.messages import Text, text
from training_data.reference.data import file_names, read


def list_names() -> tuple[str, ...]:
    """Return the names of all known lists."""
    return tuple(name.removesuffix(".json") for name in file_names("lists"))


@cache
def choices(name: str) -> tuple[str, ...]:
    """Return the known codes of a list, in its order.

    Raises:
        KeyError: there is no such list.
    """
    return tuple(value["code"] for value in values(name))


def values(name: str) -> list[dict[str, Any]]:
    """Return the list's entries as data: code, aliases and whatever else the file says."""
    rows: list[dict[str, Any]] = read("lists", f"{name}.json")["values"]
    return rows


def normalise(name: str, raw: str) -> str | None:
    """Return the code meant by ``raw``, or ``None`` when it is not a known spelling.

    Raises:
        KeyError: there is no such list.
    """
    known = spellings(name)
    key = spelling_key(raw)
    found = known.get(key)
    if found is not None:
        return found
    for prefix in read("lists", f"{name}.json").get("prefixes", ()):
        if key.startswith(prefix) and key[len(prefix) :] in known:
            return known[key[len(prefix) :]]
    return None


def nearest(name: str, raw: str, count: int = 3) -> tuple[str, ...]:
    """Return up to ``count`` codes whose spellings resemble ``raw`` most, best first.

    Raises:
        KeyError: there is no such list.
    """
    key = spelling_key(raw)
    best: dict[str, float] = {}
    for spelling, code in spellings(name).items():
        likeness = SequenceMatcher(None, key, spelling, autojunk=False).ratio()
        best[code] = max(best.get(code, 0.0), likeness)
    order = {code: place for place, code in enumerate(choices(name))}
    ranked = sorted(best, key=lambda code: (-best[code], order[code]))
    return tuple(ranked[:count])


def label(name: str, code: str) -> Text:
    """Return what the screen says for a code of a list.

    Raises:
        KeyError: the list has no such code.
    """
    if code not in choices(name):
        raise KeyError(f"{name}: {code}")
    return text(f"choice.{name}.{code}")


@cache
def spellings(name: str) -> Mapping[str, str]:
    """Return every known spelling (as ``spelling_key``) of a list → its code."""
    found: dict[str, str] = {}
    for value in values(name):
        for spelling in (value["code"], *value.get("aliases", ())):
            found.setdefault(spelling_key(spelling), value["code"])
    return MappingProxyType(found)


@lru_cache(maxsize=1 << 14)
def spelling_key(raw: str) -> str:
    """Return ``raw`` without case, accents of width, blanks and punctuation."""
    folded = unicodedata.normalize("NFKC", raw).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
