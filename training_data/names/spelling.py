"""Stage names, a tool: how far two words are apart in signs typed wrongly.

In: two words. Out: the number of wrong, missing, added and swapped signs.
"""

from __future__ import annotations


def distance(one: str, other: str, most: int) -> int:
    """Return the number of slips between two words, or ``most + 1`` where it is more than ``most``.

    A slip is a sign wrong, missing, too many, or two neighbours swapped.

    >>> distance("operasioanl", "operasional", 2), distance("camat", "lurah", 2)
    (1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != theirs))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def skeleton(word: str) -> str:
    """Return a word without its vowels, but with its first sign."""
    return word[:1] + "".join(sign for sign in word[1:] if sign not in "aeiou")
