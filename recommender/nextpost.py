"""Stage 4: the next post of each person, which the plan prepares for (PP 11/2017 art. 205).

In order: the agreed target; the agency's career paths; for functional posts the same post one
level up, never another profession's; for others, among posts one step up the ladder, those of the
same family, then of the same affair and department, then the best match; the next tier's default
standard; else none, with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN, Ints
from recommender.profile import Profile
from recommender.similarity.profiles import Comparer, ProfileSpace
from recommender.snapshot import Snapshot
from recommender.standards import Standards
from recommender.units import UnitTree
from training_data import reference

HOW = ("none", "target", "path", "next_level", "ladder", "tier_default")
OPEN = 0
NO_NEXT = ("open", "contract", "status", "service", "top", "unknown")
"""Why there is no next post; "open" where nothing stands against one."""

_LEVEL = re.compile(
    r"[\s,/-]+(?:(?:ahli\s+)?(?:pertama|muda|madya|utama)|pemula|terampil|mahir|penyelia)\s*$", re.I
)
_PATH_ORDER = {"vertikal": 0, None: 1, "diagonal": 2, "horizontal": 3}


@dataclass(frozen=True)
class Limits:
    """What the rules say of next posts.

    Attributes:
        barred: per person, position in ``NO_NEXT`` of what bars any next post (contract, legal
            status); 0 open. Bars the agreed target too.
        no_step: the same for what bars a step up only (remaining service).
        education: per job, rank of the education it asks for, −1 none.
    """

    barred: Ints
    no_step: Ints
    education: Ints


@dataclass(frozen=True)
class NextPosts:
    """One entry per person.

    Attributes:
        row: row in ``Standards`` (a job, or a tier's default); −1 none.
        how: position in ``HOW``.
        why_none: position in ``NO_NEXT``; 0 where there is a next post.
    """

    row: Ints
    how: Ints
    why_none: Ints


def base_title(title: str) -> str:
    """Return a functional post's title without its level: "Arsiparis Ahli Muda" → "arsiparis"."""
    return post_name(title).casefold()


def post_name(title: str) -> str:
    """Return a functional post's title without its level, as it is written."""
    return _LEVEL.sub("", title.strip())


def find(
    snapshot: Snapshot,
    standards: Standards,
    profile: Profile,
    space: ProfileSpace,
    tree: UnitTree,
    limits: Limits,
) -> NextPosts:
    """Find everybody's next post."""
    people, n = snapshot.people, len(snapshot.people)
    row, how = np.full(n, UNKNOWN, np.int32), np.zeros(n, np.int32)
    why = np.array(limits.barred, np.int32)
    ladder = _Ladder(snapshot, tree, limits.education)
    paths = _paths(snapshot)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    department = tree.department_of(people.unit)
    for p in np.flatnonzero(why == OPEN):
        job, target = int(people.job[p]), int(people.target_job[p])
        if target >= 0 and target != job:
            row[p], how[p] = target, HOW.index("target")
            continue
        if limits.no_step[p] != OPEN:
            why[p] = limits.no_step[p]
            continue
        options, via = paths.get(job, ()), "path"
        if not options:
            options, via = ladder.options(
                job, int(people.tier[p]), int(department[p]), int(people.education[p])
            )
        if options:
            groups[options].append(int(p))
            how[p] = HOW.index(via)
            continue
        above = ladder.tier_above(int(people.tier[p]))
        if above >= 0:
            row[p], how[p] = standards.of_tier(above), HOW.index("tier_default")
        else:
            why[p] = NO_NEXT.index("top" if people.tier[p] >= 0 else "unknown")
    for options, members in groups.items():
        row[members] = _best_match(np.array(options), np.array(members), standards, profile, space)
    return NextPosts(row, how, why)


def _best_match(
    options: NDArray[np.int64],
    members: NDArray[np.int64],
    standards: Standards,
    profile: Profile,
    space: ProfileSpace,
) -> NDArray[np.int64]:
    """Return for each member the option it matches best; nothing known or a tie: first code."""
    if len(options) == 1:
        return np.repeat(options, len(members))
    best = Comparer(space, standards, options).best_match(profile.levels(members))
    return options[best]


def _paths(snapshot: Snapshot) -> dict[int, tuple[int, ...]]:
    """Return the agency's paths per job: only the most upward kind that it offers."""
    table = snapshot.dataset.table("career_paths")
    start = snapshot.jobs.index.lookup(table["from_job_code"])
    end = snapshot.jobs.index.lookup(table["to_job_code"])
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for a, b, kind in zip(start, end, table["kind"].to_pylist(), strict=True):
        if a >= 0 and b >= 0 and a != b:
            found[int(a)][_PATH_ORDER.get(kind, 1)].append(int(b))
    return {job: tuple(sorted(kinds[min(kinds)])) for job, kinds in found.items()}


class _Ladder:
    """Posts one step up, best group first (same family, then same affair and department)."""

    def __init__(self, snapshot: Snapshot, tree: UnitTree, asked: Ints) -> None:
        self.jobs = snapshot.jobs
        self.asked = asked
        tiers = reference.tiers()
        self.above = np.array(
            [
                next(
                    (
                        i
                        for i, up in enumerate(tiers)
                        if up.ladder == t.ladder and up.step == t.step + 1
                    ),
                    UNKNOWN,
                )
                for t in tiers
            ]
            + [UNKNOWN]
        )
        codes = [t.code for t in tiers]
        self.clerk = codes.index("pelaksana")
        self.entries = [codes.index(c) for c in ("jf_ahli_pertama", "jf_terampil", "jf_pemula")]
        self.functional = np.array([t.ladder != "struktural" for t in tiers] + [False])
        self.base = np.array([base_title(t) for t in self.jobs.titles] or [""], object)
        self.department = tree.department_of(self.jobs.unit)
        self._known: dict[tuple[int, int, int, int], tuple[tuple[int, ...], str]] = {}

    def tier_above(self, tier: int) -> int:
        return int(self.above[tier])

    def options(
        self, job: int, tier: int, department: int, education: int
    ) -> tuple[tuple[int, ...], str]:
        """Return the best group of posts one step up, and how it was found."""
        key = (job, tier, department, education)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(
        self, job: int, tier: int, department: int, education: int
    ) -> tuple[tuple[int, ...], str]:
        above = self.tier_above(tier)
        if len(self.jobs) == 0 or (above < 0 and tier != self.clerk):
            return (), ""
        step = self.jobs.tier == above
        if job >= 0 and self.functional[tier]:
            # Another profession of the same family is a change of profession, not a next level.
            same = np.flatnonzero(step & (self.base[: len(step)] == self.base[job]))
            return tuple(same.tolist()), "next_level"
        if tier == self.clerk:
            fits = np.isin(self.jobs.tier, self.entries) & (self.asked >= 0)
            step = step | (fits & (education >= 0) & (self.asked <= education))
        step = step & ~((education >= 0) & (self.asked > education))
        if job >= 0:
            step[job] = False
        if not step.any():
            return (), ""
        family = np.zeros(len(step), bool)
        near = np.zeros(len(step), bool)
        if job >= 0:
            family = (self.jobs.family == self.jobs.family[job]) & (self.jobs.family >= 0)
            near = (self.jobs.affair == self.jobs.affair[job]) & (self.jobs.affair >= 0)
            near &= (self.department == department) & (department >= 0)
        order = np.where(family, 0, 2) + np.where(near, 0, 1)
        best = np.flatnonzero(step & (order == order[step].min()))
        return tuple(best.tolist()), "ladder"
