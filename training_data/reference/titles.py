"""Reads a structural training out of a free title such as "Diklat PIM Tk. IV Angkatan XII"."""

from __future__ import annotations

import re
from functools import cache

_LEVELS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_OF_LEVEL = {1: "PKN_I", 2: "PKN_II", 3: "PKA", 4: "PKP"}
_TIER_COURSE = re.compile(
    r"\b(?:DIKLAT\s*PIM|PIM|DIKLAT\s+KEPEMIMPINAN|PKN|PELATIHAN\s+KEPEMIMPINAN\s+NASIONAL)"
    r"[\s.,-]*(?:TINGKAT|TKT|TK)?[\s.,-]*(IV|III|II|I|[1-4])\b"
)
_NAMES = (
    (re.compile(r"\b(?:LATSAR|LATIHAN DASAR|PELATIHAN DASAR CPNS|PRAJABATAN)\b"), "LATSAR"),
    (re.compile(r"\b(?:PKP|KEPEMIMPINAN PENGAWAS|SEPALA|ADUM)\b"), "PKP"),
    (re.compile(r"\b(?:PKA|KEPEMIMPINAN ADMINISTRATOR|SEPADYA|SPAMA)\b"), "PKA"),
    (re.compile(r"\b(?:SPAMEN|SESPA|SESPANAS)\b"), "PKN_II"),
    (re.compile(r"\bSEPATI\b"), "PKN_I"),
)


@cache
def structural_of_title(title: str) -> str | None:
    """Return the structural code a recorded title speaks of, or ``None``.

    >>> structural_of_title("Diklat PIM Tk. IV Angkatan XII")
    'PKP'
    """
    plain = " ".join(title.upper().split())
    level = _TIER_COURSE.search(plain)
    if level:
        return _OF_LEVEL[_LEVELS[level.group(1)]]
    for pattern, code in _NAMES:
        if pattern.search(plain):
            return code
    return None
