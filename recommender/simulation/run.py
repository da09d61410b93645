"""The same people live under each policy with the same luck; in: cities, out: ``Simulation``.

For each seed a city is made and lived in once per policy. What a policy knows in a month is what
the months before left in the data; the model of the product is learned again every ``refit``
months and laid out with the newest data every month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ImpossibleWish
from recommender.simulation.behaviour import Behaviour
from recommender.simulation.diary import Diary
from recommender.simulation.ground import Ground, month_begins
from recommender.simulation.measures import Tally, groups_of
from recommender.simulation.office import Office, rest_of
from recommender.simulation.policies import BY_NAME, POLICIES, Models, Policy, Setting
from recommender.simulation.truth import Truth
from recommender.simulation.world import ACTIONS, IGNORED, Answers, World
from training_data.dataset import Dataset
from training_data.reference.packs import Rules

Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
Make = Callable[[int], tuple[Dataset, Truth]]
"""Seed → a city on the first day, and the truth beneath it."""
Key = tuple[str, int, str, str]
"""Policy, month (0 the whole time), group (empty for everybody) and metric."""

WHOLE = 0
EVERYBODY = ""


@dataclass(frozen=True)
class SimulationConfig:
    """How a simulation is run; unknown keys are refused when read back.

    Attributes:
        months: how long; ``k``: suggestions a month; ``refit``: months between two learnings.
        runs: cities; ``seed`` is that of the first, the next have the next ones.
        policies: names, as in ``policies.POLICIES``.
        behaviour: how people behave.
    """

    months: int = 12
    k: int = 3
    refit: int = 3
    runs: int = 1
    seed: int = 0
    policies: tuple[str, ...] = tuple(policy.name for policy in POLICIES)
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        for name in ("months", "k", "refit", "runs"):
            if getattr(self, name) < 1:
                raise ImpossibleWish(f"Simulation: {name} has to be at least 1.")
        unknown = [name for name in self.policies if name not in BY_NAME]
        if unknown or not self.policies or len(set(self.policies)) < len(self.policies):
            raise ImpossibleWish(
                f"Simulation: policies are to be named once, of {', '.join(BY_NAME)}; "
                f"not {', '.join(self.policies) or 'none'}."
            )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "policies": list(self.policies)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> SimulationConfig:
        """Read back what ``as_json`` wrote.

        Raises:
            ImpossibleWish: a key is unknown, or a value is out of its range.
        """
        known = {one.name for one in fields(cls)}
        if set(values) - known:
            raise ImpossibleWish(f"Simulation has no {', '.join(sorted(set(values) - known))}.")
        given = dict(values)
        if "policies" in given:
            given["policies"] = tuple(given["policies"])
        if "behaviour" in given:
            given["behaviour"] = Behaviour.from_json(given["behaviour"])
        return cls(**given)


@dataclass(frozen=True)
class Simulation:
    """What was lived.

    Attributes:
        figures: key → one value per run, NaN where a run has none.
        people: people in each run; ``data``: fingerprint of each city; ``rules``: of the rules.
        start: the first day.
    """

    config: SimulationConfig
    start: date
    figures: Mapping[Key, tuple[float, ...]]
    people: tuple[int, ...]
    data: tuple[str, ...]
    rules: str


def simulate(
    make: Make,
    config: SimulationConfig,
    *,
    start: date,
    rules: Rules,
    progress: Progress | None = None,
) -> Simulation:
    """Live the months of every run under every policy."""
    figures: dict[Key, list[float]] = {}
    people, data = [], []
    total = config.runs * len(config.policies) * config.months
    done = 0
    for run in range(config.runs):
        seed = config.seed + run
        dataset, truth = make(seed)
        ground = Ground.of(dataset, start, seed)
        people.append(len(ground.employees))
        data.append(dataset.content_hash)
        models = Models()
        for name in config.policies:
            life = Life(ground, truth, BY_NAME[name], config, seed, rules, models)
            for month in range(1, config.months + 1):
                life.live()
                done += 1
                if progress is not None:
                    progress("simulate", done, total)
                _note(figures, run, ((name, month, EVERYBODY), life.figures[-1]))
            _note(figures, run, *(((name, WHOLE, group), found) for group, found in life.whole()))
    short = {
        key: (*values, *[float("nan")] * (config.runs - len(values)))
        for key, values in figures.items()
    }
    return Simulation(config, start, short, tuple(people), tuple(data), rules.hash)


def _note(
    figures: dict[Key, list[float]],
    run: int,
    *found: tuple[tuple[str, int, str], Mapping[str, float]],
) -> None:
    for (policy, month, group), values in found:
        for metric, value in values.items():
            held = figures.setdefault((policy, month, group, metric), [])
            held += [float("nan")] * (run - len(held))  # a group that other cities do not have
            held.append(value)


class Life:
    """The people of one city under one policy.

    Attributes:
        world, diary: what is, and what is known of it.
        figures: of each month lived.
        lists: what was suggested last, ``[n_people, k]``, −1 behind the last.
    """

    def __init__(
        self,
        ground: Ground,
        truth: Truth,
        policy: Policy,
        config: SimulationConfig,
        seed: int,
        rules: Rules,
        models: Models | None = None,
    ) -> None:
        self.ground, self.policy, self.config, self.seed, self.rules = (
            ground, policy, config, seed, rules,
        )  # fmt: skip
        self.world = World(ground, truth, config.behaviour, seed)
        self.diary = Diary(ground)
        known = self.world if policy.all_knowing else None
        self.suggest = policy.begin(Setting(models or Models(), config.refit, known))
        self.tally = Tally(self.world)
        self.figures: list[dict[str, float]] = []
        self._until = np.zeros((len(ground.employees), len(ground.trainings)), np.int64)
        self._rest = rest_of(rules)

    def live(self) -> Answers:
        """Live one month and write it down; return what people answered."""
        number = self.world.number + 1
        office = Office(
            self.diary.dataset(),
            month_begins(self.ground.start, number),
            self.rules,
            number,
            self.seed,
        )
        self.lists = self._lists(office)
        person, place = np.nonzero(self.lists >= 0)
        useful = self.world.speaks_to(person, self.lists[person, place])
        month = self.world.month(self.lists, office.allowed, office.starts, self.policy.endorsed)
        self.diary.write(month, self.policy.endorsed)
        self._remember(month.answers)
        self.figures.append(self.tally.add(month, useful))
        return month.answers

    def whole(self) -> Iterator[tuple[str, Mapping[str, float]]]:
        """Yield group and figures of the whole time, everybody first."""
        yield EVERYBODY, self.tally.whole()
        yield from self.tally.by_group(groups_of(self.ground))

    def _lists(self, office: Office) -> Ints:
        """Return the best ``k`` of what the rules allow and nobody answered lately."""
        scores = self.suggest(office)
        if scores is None:
            return np.full((len(self._until), 0), -1, np.int64)
        open_ = office.allowed & (self._until < office.month)
        # Micro-points stay exact as floats; ties go to the smaller code.
        key = np.where(open_, -np.asarray(scores, np.float64), np.inf)
        best = np.argsort(key, axis=1, kind="stable")[:, : self.config.k]
        there = np.take_along_axis(open_, best, axis=1)
        return np.where(there, best, -1).astype(np.int64)

    def _remember(self, answers: Answers) -> None:
        """Keep what was answered off the lists for as long as the rules say."""
        for place, action in enumerate(ACTIONS):
            if place == IGNORED:
                continue
            here = answers.action == place
            until = self.world.number + self._rest[action]
            self._until[answers.person[here], answers.item[here]] = until
