"""Whom a training is mandatory for, as the catalogue says it in ``mandatory_for``.

In: the snapshot. Out: ``Mandates``: per training, the kinds of employment, tiers and posts named.
The column is free text, parted by ``|``: an employment ("CPNS"), a tier, or words that stand in
the title or are the code or the family of a post ("Auditor" names the Auditor Ahli Muda). What
names nothing known binds nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.columns import Ints
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text

_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Mandates:
    """What is mandatory, by what a person is.

    Attributes:
        trainings: rows of the trainings that are mandatory for somebody, ascending, ``[n]``.
        employment, tier, job: bool ``[groups + 1, n]``; the last row, −1, is of the unknown.
    """

    trainings: NDArray[np.int64]
    employment: NDArray[np.bool_]
    tier: NDArray[np.bool_]
    job: NDArray[np.bool_]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Mandates:
        """Read the column against the kinds of employment, tiers and posts."""
        jobs = snapshot.jobs
        stated = snapshot.dataset.table("trainings")["mandatory_for"].to_pylist()
        wanted = {row: _phrases(words) for row, words in enumerate(stated) if words}
        trainings = np.array(sorted(wanted), np.int64)
        employments = [
            {_plain(code), *_both(reference.label("employment", code))}
            for code in reference.choices("employment")
        ]
        tiers = [{_plain(tier.code), *_both(tier.name)} for tier in reference.tiers()]
        families = snapshot.dataset.table("jobs")["family"].to_pylist()
        codes = [
            {_plain(code), _plain(family or "")} - {""}
            for code, family in zip(jobs.index.codes, families, strict=True)
        ]
        titles = [f" {_plain(title)} " for title in jobs.titles]
        columns = [wanted[int(row)] for row in trainings]
        return cls(
            trainings,
            _named(columns, employments),
            _named(columns, tiers),
            _named(columns, codes, titles),
        )

    def of_people(self, employment: Ints, tier: Ints, job: Ints) -> NDArray[np.bool_]:
        """Return per person whether each of ``trainings`` is mandatory, ``[n_people, n]``."""
        return self.employment[employment] | self.tier[tier] | self.job[job]

    def only(self, columns: Ints) -> Mandates:
        """Return the mandates of these trainings alone, in their order."""
        place = {int(row): at for at, row in enumerate(self.trainings)}
        kept = [(new, place[int(old)]) for new, old in enumerate(columns) if int(old) in place]
        new, old = (np.array(x, np.int64) for x in (zip(*kept, strict=True) if kept else ((), ())))
        return Mandates(new, self.employment[:, old], self.tier[:, old], self.job[:, old])


def _named(
    columns: list[set[str]], exact: list[set[str]], within: Sequence[str] = ()
) -> NDArray[np.bool_]:
    found = np.zeros((len(exact) + 1, len(columns)), bool)
    asking: dict[str, list[int]] = {}
    for column, phrases in enumerate(columns):
        for phrase in phrases:
            asking.setdefault(phrase, []).append(column)
    for row, names in enumerate(exact):
        for name in names & asking.keys():
            found[row, asking[name]] = True
    for phrase, places in asking.items():
        rows = np.flatnonzero([f" {phrase} " in words for words in within])
        found[rows[:, None], places] = True
    return found


def _phrases(words: str) -> set[str]:
    return {_plain(part) for part in words.split("|")} - {""}


def _both(label: Text) -> set[str]:
    return {_plain(label.id), _plain(label.en)}


def _plain(words: str) -> str:
    return _SIGNS.sub(" ", words).strip().casefold()
