"""A simulation as rows of figures and as a report; in: ``Simulation``, out: a table, blocks.

Ranges are 95 % of Student's t over the runs. ``ahead`` is the product minus the policy of the row,
run by run: the same people and the same luck under both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import t as student

from recommender.evaluation.blocks import Block, Chart, Heading, Mark, Story, Table, Words
from recommender.evaluation.intervals import Interval
from recommender.evaluation.speech import rounded
from recommender.kinds import HISTORY_KINDS, LONG_FROM
from recommender.simulation.ground import month_begins, month_ends
from recommender.simulation.policies import BY_NAME, OURS
from recommender.simulation.run import EVERYBODY, WHOLE, Simulation
from recommender.simulation.world import REASONS
from training_data import reference
from training_data.messages import say

SCHEMA = pa.schema(
    [
        ("policy", pa.string()),
        ("month", pa.int32()),
        ("group", pa.string()),
        ("metric", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("ahead", pa.float64()),
        ("ahead_low", pa.float64()),
        ("ahead_high", pa.float64()),
        ("runs", pa.int32()),
    ]
)
"""``month`` 0 is the whole time; ``group`` is empty for everybody."""
MAIN = ("uptake", "uptake_new", "jp", "reached_20", "gap_closed", "closed_by_training",
        "gap_must_closed", "closed_per_100_jp", "closed_per_million")  # fmt: skip
JUDGED = ("closed_by_training", "uptake_new")
"""What the summary holds the product against the others by."""
SIX = 6


@dataclass(frozen=True)
class Row:
    """One figure with its range, and how far the product is ahead."""

    policy: str
    month: int
    group: str
    metric: str
    runs: int
    value: Interval
    ahead: Interval | None


def rows(simulation: Simulation) -> Iterator[Row]:
    """Yield every figure, by policy in the order of the report, month, group and metric."""
    order = {name: place for place, name in enumerate(simulation.config.policies)}
    keys = sorted(simulation.figures, key=lambda key: (order[key[0]], key[1:]))
    for key in keys:
        values = np.array(simulation.figures[key])
        here = ~np.isnan(values)
        if not here.any():
            continue
        own = simulation.figures.get((OURS.name, *key[1:]))
        ahead = None
        if own is not None:
            apart = np.array(own) - values
            if (~np.isnan(apart)).any():
                ahead = interval(apart[~np.isnan(apart)])
        yield Row(*key, int(here.sum()), interval(values[here]), ahead)


def interval(values: np.ndarray[Any, np.dtype[np.float64]]) -> Interval:
    """Return the mean of runs with its 95 % range, which one run alone does not have."""
    mean, n = float(values.mean()), len(values)
    if n < 2:
        return Interval(mean)
    half = float(student.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return Interval(mean, mean - half, mean + half)


def table(simulation: Simulation) -> pa.Table:
    """Return the figures as a table in ``SCHEMA``, rounded to six decimals."""
    found = list(rows(simulation))
    none = Interval(float("nan"))
    columns: dict[str, list[Any]] = {
        "policy": [row.policy for row in found],
        "month": [row.month for row in found],
        "group": [row.group for row in found],
        "metric": [row.metric for row in found],
        "runs": [row.runs for row in found],
    }
    for name, pick in (("value", "value"), ("low", "low"), ("high", "high")):
        columns[name] = [_six(getattr(row.value, pick)) for row in found]
        ahead = f"ahead_{name}" if name != "value" else "ahead"
        columns[ahead] = [_six(getattr(row.ahead or none, pick)) for row in found]
    return pa.table({field.name: columns[field.name] for field in SCHEMA}, schema=SCHEMA)


def manifest(simulation: Simulation) -> dict[str, Any]:
    """Return what the simulation rests on; nothing in it depends on the clock or the machine."""
    config, start = simulation.config, simulation.start
    return {
        "kind": "simulation",
        "warning": {language: say("simulate.honest", language) for language in ("id", "en")},
        "start": start.isoformat(),
        "end": month_ends(start, config.months).isoformat(),
        "parameters": config.as_json(),
        "own": OURS.name,
        "people": list(simulation.people),
        "seeds": [config.seed + run for run in range(config.runs)],
        "data": list(simulation.data),
        "rules": simulation.rules,
    }


def _six(value: float | None) -> float | None:
    if value is None or np.isnan(value):
        return None
    return round(value, SIX) + 0.0


def tell(simulation: Simulation, language: str) -> Story:
    """Tell a simulation in ``language``."""
    blocks = tuple(_Teller(simulation, language).blocks())
    return Story(language, say("simulate.title", language), blocks)


class _Teller:
    def __init__(self, simulation: Simulation, language: str) -> None:
        self.simulation, self.language = simulation, language
        self.config = simulation.config
        self.names = self.config.policies
        self._rows = {(r.policy, r.month, r.group, r.metric): r for r in rows(simulation)}

    def say(self, code: str, /, **values: Any) -> str:
        return say(f"simulate.{code}", self.language, **values)

    def blocks(self) -> Iterator[Block]:
        yield Words(self.say("honest"), strong=True)
        yield Words(
            self.say(
                "how",
                people=self.simulation.people[0],
                months=self.config.months,
                k=self.config.k,
                runs=self.config.runs,
                start=self.simulation.start,
                refit=self.config.refit,
            )
        )
        yield Heading(2, self.say("summary"))
        yield from self._summary()
        yield self._main()
        yield Words(self.say("meanings"))
        for metric in JUDGED:
            yield from self._chart(metric)
        yield Heading(2, self.say("ahead"))
        yield Words(self.say("ahead.how"))
        yield self._ahead()
        yield Heading(2, self.say("answers"))
        yield self._answers()
        yield Heading(2, self.say("by_month"))
        yield self._by_month()
        yield Heading(2, self.say("groups"))
        yield Words(self.say("groups.how"))
        yield from self._groups()
        yield Heading(2, self.say("assumptions"))
        yield Words(self.say("assumptions.how"))
        yield self._assumptions()
        yield Words(
            self.say("run", seed=self.config.seed, data=self.simulation.data[0][:12],
                     rules=self.simulation.rules[:12])
        )  # fmt: skip

    def _summary(self) -> Iterator[Block]:
        if OURS.name not in self.names:
            return
        for metric in JUDGED:
            for verdict in ("higher", "alike", "lower", "unsure"):
                others = [name for name in self.names if self._verdict(name, metric) == verdict]
                if others:
                    said = ", ".join(self.policy(name) for name in others)
                    yield Words(
                        self.say(f"says.{verdict}", metric=self.metric(metric), others=said)
                    )

    def _verdict(self, name: str, metric: str) -> str | None:
        """Return how the product stands to another policy that suggests by what HR knows."""
        row = self._rows.get((name, WHOLE, EVERYBODY, metric))
        policy = BY_NAME[name]
        if policy.ours or policy.all_knowing or row is None or row.ahead is None:
            return None
        low, high = row.ahead.low, row.ahead.high
        if low is None or high is None:
            return "unsure"
        return "higher" if low > 0 else "lower" if high < 0 else "alike"

    def _main(self) -> Table:
        return self._by_policy(MAIN)

    def _by_policy(self, metrics: Sequence[str]) -> Table:
        lines = [
            (self.policy(name), *(self._cell(name, WHOLE, metric) for metric in metrics))
            for name in self.names
        ]
        head = (self.say("policy"), *(self.metric(metric) for metric in metrics))
        return Table(head, tuple(lines), self._own())

    def _chart(self, metric: str) -> Iterator[Block]:
        marks: list[Mark] = []
        lines, own = [], []
        for name in self.names:
            row = self._rows.get((name, WHOLE, EVERYBODY, metric))
            if row is None:
                continue
            said, mine = self._number(row.value), BY_NAME[name].ours
            if mine:
                own.append(len(marks))
            value = row.value
            marks.append(
                Mark(self.policy(name), said, value.value, value.low, value.high, own=mine)
            )
            lines.append((self.policy(name), said))
        if marks:
            head = (self.say("policy"), self.metric(metric))
            yield Chart(
                "dots", self.metric(metric), tuple(marks), Table(head, tuple(lines), tuple(own))
            )

    def _ahead(self) -> Table:
        lines = []
        for name in self.names:
            if name == OURS.name:
                continue
            cells = []
            for metric in MAIN:
                row = self._rows.get((name, WHOLE, EVERYBODY, metric))
                known = row is not None and row.ahead is not None
                cells.append(self._number(row.ahead) if known and row and row.ahead else "–")
            lines.append((self.policy(name), *cells))
        head = (self.say("policy"), *(self.metric(metric) for metric in MAIN))
        return Table(head, tuple(lines))

    def _answers(self) -> Table:
        refused = tuple(f"declined_{reason}" for reason in REASONS)
        return self._by_policy(
            ("suggested", "new", "ignored", "accepted", "postponed", *refused, "own", "completed")
        )

    def _by_month(self) -> Table:
        lines = []
        for month in range(1, self.config.months + 1):
            label = self.say("month", month=month_begins(self.simulation.start, month))
            lines.append((label, *(self._cell(name, month, "gap") for name in self.names)))
        head = (self.metric("gap"), *(self.policy(name) for name in self.names))
        return Table(head, tuple(lines))

    def _groups(self) -> Iterator[Block]:
        found = {group for _, _, group, _ in self._rows if ":" in group}
        groups = sorted(found, key=_in_order)
        if OURS.name in self.names:
            metrics = ("suggested", "uptake", "exposure", "jp", "reached_20", "closed_by_training")
            lines = [
                (self.group(group), *(self._cell(OURS.name, WHOLE, m, group) for m in metrics))
                for group in groups
            ]
            head = (self.policy(OURS.name), *(self.metric(metric) for metric in metrics))
            yield Table(head, tuple(lines))
        ways = ("sex", "employment", "history")
        lines = [
            (self.policy(name), *(self._cell(name, WHOLE, "even_exposure", way) for way in ways))
            for name in self.names
        ]
        yield Words(self.say("even.how"))
        head = (self.say("policy"), *(self.say(f"way.{way}") for way in ways))
        yield Table(head, tuple(lines), self._own())

    def _assumptions(self) -> Table:
        behaviour = self.config.behaviour.as_json()
        lines = [(name, self.say("number", value=float(v))) for name, v in behaviour.items()]
        return Table((self.say("assumption"), self.say("value")), tuple(lines))

    def _own(self) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(self.names) if BY_NAME[name].ours)

    def _cell(self, name: str, month: int, metric: str, group: str = EVERYBODY) -> str:
        row = self._rows.get((name, month, group, metric))
        return "–" if row is None else self._number(row.value)

    def _number(self, value: Interval) -> str:
        if value.low is None or value.high is None:
            return say("evaluate.value", self.language, value=rounded(value.value))
        return say(
            "evaluate.interval",
            self.language,
            value=rounded(value.value),
            low=rounded(value.low),
            high=rounded(value.high),
        )

    def policy(self, name: str) -> str:
        """Return the name of a policy."""
        return self.say(f"policy.{name}")

    def metric(self, name: str) -> str:
        """Return the name of a metric."""
        return self.say(f"metric.{name}")

    def group(self, group: str) -> str:
        """Return the name of a group."""
        way, _, value = group.partition(":")
        if way == "history" and value in HISTORY_KINDS:
            code = f"evaluate.report.kind.{value}"
            return say(code, self.language, least=LONG_FROM, below=LONG_FROM - 1)
        if not value:
            return f"{self.say(f'way.{way}')}: –"
        return reference.label(way, value).in_language(self.language)


def _in_order(group: str) -> tuple[str, int, str]:
    """Employment, history from none to long, sex."""
    way, _, value = group.partition(":")
    place = HISTORY_KINDS.index(value) if value in HISTORY_KINDS else 0
    return way, place, value
