"""Which moves between posts happen in the city, and which of them the published pattern names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training_data.synthetic.draws import Draws
from training_data.synthetic.ladder import LADDERS
from training_data.synthetic.posts import DOCTORS, Post, line_posts, posts

Move = tuple[int, int, str, float]
ORIGINS = 10
"""At most so many earlier posts are possible for one post."""


@cache
def moves() -> tuple[Move, ...]:
    """Return every possible move: from, to, kind, how usual (places in ``posts()``)."""
    found: dict[tuple[int, int], tuple[str, float]] = {}
    for source, target, kind, weight in (*_functional(), *_into_functional(), *_managerial()):
        found.setdefault((source, target), (kind, weight))
    charm = Draws(11, np.arange(len(posts()))).normal("charm")
    return tuple(
        # Some posts draw people for reasons no table holds.
        (source, target, kind, float(weight * np.exp(0.5 * charm[target] - 0.2 * charm[source])))
        for (source, target), (kind, weight) in sorted(found.items())
    )


def _functional() -> Iterator[Move]:
    """Up the levels of one functional post, also from skilled to expert."""
    for levels in line_posts().values():
        for ladder in (LADDERS["A4"], LADDERS["P"]):
            own = [levels[tier] for tier in ladder if tier in levels]
            for lower, upper in pairwise(own):
                yield lower, upper, "vertikal", 6.0
        if "jf_penyelia" in levels and "jf_ahli_pertama" in levels:
            yield levels["jf_mahir"], levels["jf_ahli_pertama"], "diagonal", 0.6


def _into_functional() -> Iterator[Move]:
    """From pelaksana posts of a field into its functional posts."""
    every = posts()
    entry = {"jf_pemula", "jf_terampil", "jf_ahli_pertama"}
    for target, post in enumerate(every):
        if post.step.code not in entry or post.line.startswith(("Guru", "Dokter", "Perawat")):
            continue
        if post.line in ("Bidan", "Apoteker", "Radiografer", "Fisioterapis"):
            continue
        for source, other in enumerate(every):
            same = other.domain in (post.domain, "UMU") and other.step.code == "pelaksana"
            if same and set(other.fields) & set(post.fields):
                yield source, target, "diagonal", 1.0 if other.domain == post.domain else 0.4


def _managerial() -> Iterator[Move]:
    """Up and across the posts that lead, and from functional posts into them."""
    every = posts()
    for target, post in enumerate(every):
        if not post.managerial:
            continue
        for source, other in enumerate(every):
            if source != target:
                weight = _weight(other, post)
                if weight:
                    same = other.tier == post.tier
                    kind = "horizontal" if same else "diagonal" if other.functional else "vertikal"
                    yield source, target, kind, weight


_RUNGS = {
    ("pelaksana", "pengawas"): 1.0,
    ("pengawas", "administrator"): 2.0,
    ("administrator", "jpt_pratama"): 2.5,
    ("jpt_pratama", "jpt_madya"): 2.5,
    ("pengawas", "pengawas"): 0.8,
    ("administrator", "administrator"): 0.8,
    ("jpt_pratama", "jpt_pratama"): 0.8,
    ("jf_ahli_pertama", "pengawas"): 0.3,
    ("jf_ahli_muda", "pengawas"): 0.7,
    ("jf_ahli_muda", "administrator"): 0.3,
    ("jf_ahli_madya", "administrator"): 0.8,
    ("jf_ahli_madya", "jpt_pratama"): 0.4,
}


def _weight(source: Post, target: Post) -> float:
    """Return how usual the move is; 0 where it does not happen."""
    base = _RUNGS.get((source.step.code, target.step.code), 0.0)
    if target.title in DOCTORS and source.title not in DOCTORS:
        return base if source.line == "Dokter" else 0.0
    if not base or (source.functional and source.line.startswith(("Guru", "Perawat", "Bidan"))):
        return 0.0
    if source.step.code == "pelaksana" and source.education == "SLTA":
        return 0.0
    if source.office and source.office == target.office:
        return base * (2.0 if source.domain == target.domain else 1.2)
    if source.domain == target.domain:
        return base * 0.5
    top = target.step.code == "jpt_madya"
    return base * 0.2 if top or source.step.code == "jpt_pratama" else 0.0


@cache
def origins(*, upward: bool = False) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return for each post the posts people come from, and cumulative shares.

    Parameters:
        upward: leave out moves between posts of one tier.

    Returns:
        Places, (posts, ORIGINS), −1 where there is none; cumulative probability, same shape,
        rising to 1 (all 1 where a post has no earlier one).
    """
    found: dict[int, list[tuple[float, int]]] = {}
    for source, target, kind, weight in moves():
        if not (upward and kind == "horizontal"):
            found.setdefault(target, []).append((weight, source))
    places = np.full((len(posts()), ORIGINS), -1, dtype=np.int32)
    shares = np.ones((len(posts()), ORIGINS))
    for target, entries in found.items():
        best = sorted(entries, key=lambda entry: (-entry[0], entry[1]))[:ORIGINS]
        weights = np.array([weight for weight, _ in best])
        places[target, : len(best)] = [source for _, source in best]
        shares[target, : len(best)] = np.cumsum(weights) / weights.sum()
    return places, shares


@cache
def roots() -> NDArray[np.int32]:
    """Return per post the entry post its holders most likely began in, itself for entry posts.

    Posts that nobody reaches from an entry post are led back to policy work, where many begin.
    """
    every, (before, _) = posts(), origins()
    fallback = next(n for n, post in enumerate(every) if post.title == "Penelaah Teknis Kebijakan")
    entry = {"pelaksana", "jf_pemula", "jf_terampil", "jf_ahli_pertama"}
    found = np.full(len(every), fallback, dtype=np.int32)
    for start in range(len(every)):
        reached, seen = [start], {start}
        while reached:
            ready = [place for place in reached if every[place].step.code in entry]
            if ready:
                found[start] = ready[0]
                break
            earlier = [p for place in reached for p in before[place].tolist() if p >= 0]
            reached = [p for p in dict.fromkeys(earlier) if p not in seen]
            seen.update(reached)
    return found


def published() -> list[tuple[str, str, str]]:
    """Return the agency's own pattern: the usual moves, not all that happen.

    Leaders rise in their own office there; only the posts above all offices draw from every one.
    """
    every = posts()
    usual = sorted(moves(), key=lambda move: -move[3])
    chosen = {}
    for source, target, kind, weight in usual:
        own = every[source].office == every[target].office
        if every[target].managerial and not own and every[target].step.code != "jpt_madya":
            continue
        if (kind == "vertikal" and weight > 1.2) or weight > 0.9:
            chosen[(every[source].code, every[target].code)] = kind
    return [(source, target, kind) for (source, target), kind in sorted(chosen.items())]
