"""An evaluation told as headings, words, tables and charts, before it becomes a page.

In: a ``Study`` and a language. Out: blocks that ``page_markdown`` and ``page_html`` write down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from recommender.evaluation.calibration import POPULARITY, Bin, distance
from recommender.evaluation.groups import LEAST_SHOWN
from recommender.evaluation.intervals import Interval
from recommender.evaluation.study import DEFAULT, EVERYBODY, LATER, PAST, Judged, Part, Study
from recommender.kinds import LONG_FROM
from training_data import reference
from training_data.messages import entries, say


@dataclass(frozen=True)
class Heading:
    """A heading; level 2 begins a section."""

    level: int
    text: str


@dataclass(frozen=True)
class Words:
    """A paragraph; ``strong`` for the one that says what was found."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells; the first column names the row, the others are figures.

    Attributes:
        own: places of the rows of the product's own method.
        words: places of columns that hold words, besides the first.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    own: tuple[int, ...] = ()
    words: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mark:
    """One row of a chart.

    Attributes:
        label, said: words at its left and right.
        value, low, high: place of the dot and its range; ``None`` where no range is known.
        second: place of a second, hollow mark.
        parts: shares of a bar that is parted, instead of a dot.
        own: whether it is the product's own.
    """

    label: str
    said: str
    value: float = 0.0
    low: float | None = None
    high: float | None = None
    second: float | None = None
    parts: tuple[float, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure with the table of its numbers.

    Attributes:
        legend: what the dot and the hollow mark, or the parts of bars, mean.
        tick: how the axis writes a number.
    """

    kind: Literal["dots", "parts"]
    title: str
    marks: tuple[Mark, ...]
    table: Table
    legend: tuple[str, ...] = ()
    tick: Literal["value", "percent"] = "value"


Block = Heading | Words | Table | Chart


@dataclass(frozen=True)
class Story:
    """A whole report."""

    language: str
    title: str
    blocks: tuple[Block, ...]


def tell(study: Study, language: str, seconds: Mapping[str, float] | None = None) -> Story:
    """Tell a study in ``language``; ``seconds`` are the times that somebody took of each step."""
    teller = _Teller(study, language)
    title = say(f"evaluate.title.{study.kind}", language)
    return Story(language, title, tuple(teller.blocks(seconds or {})))


class _Teller:
    def __init__(self, study: Study, language: str) -> None:
        self.study = study
        self.language = language
        self.k: int = study.parts[0].report.protocol["k"]
        self.own: str = study.parts[0].report.protocol["own"]
        self.main = f"ndcg@{self.k}"

    def say(self, code: str, /, **values: Any) -> str:
        return say(f"evaluate.report.{code}", self.language, **values)

    def blocks(self, seconds: Mapping[str, float]) -> Iterator[Block]:
        yield Heading(2, self.say("summary"))
        for part in self.study.parts:
            yield from self._summary(part)
        for split in self.study.without_truth:
            yield Words(say(f"evaluate.no_truth.{split}", self.language))
        for part in self.study.parts:
            yield from self._part(part)
        yield from self._weights()
        yield Heading(2, self.say("details"))
        yield Words(self.say("details.how"))
        for part in self.study.parts:
            yield from self._details(part)
        yield from self._seconds(seconds)
        yield Heading(2, self.say("limits"))
        yield Words(say(f"evaluate.limits.{self.study.kind}", self.language))
        protocol = self.study.parts[0].report.protocol
        yield Words(
            self.say(
                "run",
                day=date.fromisoformat(protocol["as_of"]),
                seed=protocol["seed"],
                resamples=protocol["resamples"],
                k=self.k,
            )
        )

    def _summary(self, part: Part) -> Iterator[Block]:
        judged = part.groups[EVERYBODY]
        if self.own not in judged.figures:
            return
        apart = self._apart(judged)
        yield Words(
            f"{self._split(part)}: "
            + self.say(
                "says",
                k=self.k,
                own=self._cell(judged.figures[self.own][self.main]),
                best=self._method(judged.best),
                other=self._cell(judged.figures[judged.best][self.main]),
                apart=self._cell(apart),
                verdict=self.say(f"verdict.{_verdict(apart)}"),
            ).replace(" … ", "\u00a0…\u00a0"),  # a range never breaks over two lines
            strong=part is self.study.parts[0],
        )

    def _part(self, part: Part) -> Iterator[Block]:
        protocol = part.report.protocol
        yield Heading(2, self._split(part))
        cut = datetime.fromisoformat(protocol["cut"] or protocol["as_of"])
        how = f"evaluate.how.{protocol['split']}"
        yield Words(say(how, self.language, items=protocol["items"], k=self.k, cut=cut))
        if self.own in part.groups[EVERYBODY].figures:
            roles = self.study.kind == "role"
            yield Heading(3, self.say("against.roles" if roles else "against"))
            yield Words(self.say("against.how"))
            named = {self._kind(name): judged for name, judged in part.groups.items()}
            yield self._against(named)
        for name, judged in part.groups.items():
            yield self._ndcg(name, judged)
        yield from self._facts(part)
        yield from self._reliability(part)
        yield from self._mix(part)
        yield from self._ablation(part)

    def _against(self, groups: Mapping[str, Judged]) -> Table:
        head = ("group", "count", "ndcg.column", "best", "its", "apart", "p")
        rows = [
            (
                name,
                self.say("weights.number", value=judged.n),
                self._cell(judged.figures[self.own][self.main]),
                self._method(judged.best),
                self._cell(judged.figures[judged.best][self.main]),
                self._cell(self._apart(judged)),
                "" if judged.p is None else self.say("p_value", value=judged.p),
            )
            for name, judged in groups.items()
        ]
        named = [self.say(code, **({"k": self.k} if "ndcg" in code else {})) for code in head]
        named[2] = f"{self._method(self.own)}, {named[2]}"
        return Table(tuple(named), tuple(rows), words=(3,))

    def _ndcg(self, name: str, judged: Judged) -> Chart:
        order = self._order(judged)
        values = [judged.figures[method][self.main] for method in order]
        marks = [
            Mark(
                self._method(method),
                self._number(value.value),
                value.value,
                value.low,
                value.high,
                own=method == self.own,
            )
            for method, value in zip(order, values, strict=True)
        ]
        head = (
            say("evaluate.method", self.language),
            self.say("ndcg.column", k=self.k),
            self.say("apart.best"),
        )
        rows = [
            (
                self._method(method),
                self._cell(judged.figures[method][self.main]),
                self._cell(judged.figures[method][f"{self.main}_vs_best"]),
            )
            for method in order
        ]
        title = self.say("ndcg", k=self.k, group=self._kind(name), count=judged.n)
        return Chart("dots", title, tuple(marks), Table(head, tuple(rows), self._own_rows(order)))

    def _facts(self, part: Part) -> Iterator[Block]:
        own = self.own in part.groups[EVERYBODY].figures
        if not part.facts or not own:
            return
        for fact, groups in part.facts.items():
            yield Heading(3, self.say(f"fact.{fact}"))
            yield self._against({self._value(fact, value): one for value, one in groups.items()})
        yield Words(self.say("facts.how", least=LEAST_SHOWN))

    def _reliability(self, part: Part) -> Iterator[Block]:
        found = part.reliability
        if found is None:
            return
        yield Heading(3, self.say("reliability"))
        error, overall = (self._percent(share) for share in (found.error, found.overall))
        yield Words(self.say("reliability.how", error=error, overall=overall))
        marks, rows = [], []
        for own in found.bins:
            label = self._bin(own)
            low, high = own.observed.low or 0.0, own.observed.high or 0.0
            observed = self.say(
                "small_shares", value=100 * own.observed.value, low=100 * low, high=100 * high
            )
            said = self._percent(own.observed.value)
            marks.append(Mark(label, said, own.observed.value, low, high, own.expected, own=True))
            pairs = self.say("weights.number", value=own.pairs)
            rows.append((label, pairs, self._percent(own.expected), observed))
        head = tuple(self.say(code) for code in ("bin", "pairs", "expected", "observed"))
        yield Chart(
            "dots",
            self.say("reliability.figure"),
            tuple(marks),
            Table(head, tuple(rows)),
            (self.say("observed"), self.say("expected")),
            "percent",
        )

    def _mix(self, part: Part) -> Iterator[Block]:
        if not part.mix:
            return
        yield Heading(3, self.say("mix"))
        yield Words(self.say("mix.how"))
        order = [PAST, LATER, *self._order(part.groups[EVERYBODY])]
        marks, rows = [], []
        for name in order:
            real = name in (PAST, LATER)
            label = self.say(f"mix.{name}") if real else self._method(name)
            shares = tuple(part.mix[name][group] for group in POPULARITY)
            apart = self._number(distance(part.mix[name], part.mix[LATER]))
            marks.append(Mark(label, "" if real else apart, parts=shares, own=name == self.own))
            rows.append((label, *(self.say("share", value=share) for share in shares), apart))
        groups = tuple(self.say(f"mix.{group}") for group in POPULARITY)
        method = say("evaluate.method", self.language)
        head = (method, *groups, self.say("mix.distance"))
        table = Table(head, tuple(rows), self._own_rows(order))
        yield Chart("parts", self.say("mix.figure"), tuple(marks), table, groups, "percent")

    def _ablation(self, part: Part) -> Iterator[Block]:
        if not part.ablation:
            return
        yield Heading(3, self.say("ablation"))
        roles = self.study.kind == "role"
        how = "ablation.how.roles" if roles else "ablation.how"
        yield Words(self.say(how, k=self.k))
        order = sorted(part.ablation, key=lambda term: (part.ablation[term].value, term))
        marks = tuple(
            Mark(
                self._component(term),
                self._number(part.ablation[term].value),
                part.ablation[term].value,
                part.ablation[term].low,
                part.ablation[term].high,
                own=True,
            )
            for term in order
        )
        rows = tuple((self._component(term), self._cell(part.ablation[term])) for term in order)
        head = (self.say("term"), self.say("change"))
        yield Chart("dots", self.say("ablation.figure", k=self.k), marks, Table(head, rows))

    def _weights(self) -> Iterator[Block]:
        weights = self.study.weights
        if not weights:
            return
        yield Heading(2, self.say("weights"))
        if self.study.kind == "role":
            yield Words(self.say("weights.roles"))
        elif self.study.learnt_from:
            cases = ", ".join(
                self.say("weights.case", kind=self._kind(kind), count=count)
                for kind, count in self.study.learnt_from.items()
            )
            yield Words(self.say("weights.learnt", cases=cases))
        else:
            yield Words(self.say("weights.default"))
        kinds = list(weights)
        rows = tuple(
            (
                self._component(name),
                *(self.say("weight", value=weights[kind][name]) for kind in kinds),
            )
            for name in weights[DEFAULT]
        )
        yield Table((self.say("component"), *(self._kind(kind) for kind in kinds)), rows)

    def _details(self, part: Part) -> Iterator[Block]:
        for name, judged in part.groups.items():
            yield Heading(3, f"{self._split(part)}: {self._kind(name)} ({judged.n})")
            order = self._order(judged)
            metrics = [m for m in judged.figures[order[0]] if not m.endswith("_vs_best")]
            rows = tuple(
                (self._method(m), *(self._cell(judged.figures[m][metric]) for metric in metrics))
                for m in order
            )
            head = (say("evaluate.method", self.language), *metrics)
            yield Table(head, rows, self._own_rows(order))
        chosen = part.report.protocol.get("parameters", {})
        rows = tuple(
            (self._method(name), "; ".join(f"{key} = {value:g}" for key, value in params.items()))
            for name, params in chosen.items()
            if params
        )
        if rows:
            yield Heading(3, f"{self._split(part)}: {self.say('parameters')}")
            head = (say("evaluate.method", self.language), self.say("parameter"))
            yield Table(head, rows, words=(1,))

    def _seconds(self, seconds: Mapping[str, float]) -> Iterator[Block]:
        if not seconds:
            return
        yield Heading(2, self.say("seconds"))
        yield Words(self.say("seconds.how"))
        methods = self.study.parts[0].groups[EVERYBODY].figures
        taken = {self._method(name): spent for name, spent in seconds.items() if name in methods}
        rest = sum(spent for name, spent in seconds.items() if name not in methods)
        taken[self.say("seconds.rest")] = rest
        rows = tuple((name, self.say("second", value=spent)) for name, spent in taken.items())
        yield Table((say("evaluate.method", self.language), self.say("seconds.column")), rows)

    def _apart(self, judged: Judged) -> Interval:
        return judged.figures[self.own][f"{self.main}_vs_best"]

    def _order(self, judged: Judged) -> list[str]:
        figures = judged.figures
        return sorted(figures, key=lambda m: (-figures[m][self.main].value, m != self.own, m))

    def _own_rows(self, order: Sequence[str]) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(order) if name == self.own)

    def _split(self, part: Part) -> str:
        return self.say(f"split.{part.report.protocol['split']}")

    def _kind(self, name: str) -> str:
        return self.say(f"kind.{name}", least=LONG_FROM, below=LONG_FROM - 1)

    def _value(self, fact: str, value: str) -> str:
        if fact == "unit":
            return self.study.unit_names.get(value, value)
        return reference.label(fact, value).in_language(self.language)

    def _bin(self, own: Bin) -> str:
        if own.low is None:
            return self.say("bin.to", high=own.high) if own.high is not None else ""
        if own.high is None:
            return self.say("bin.from", low=own.low)
        return self.say("bin.between", low=own.low, high=own.high)

    def _method(self, name: str) -> str:
        return _named(f"evaluate.method.{name}", name, self.language)

    def _component(self, name: str) -> str:
        label = _named(f"term.{name}", name, self.language)
        return _named(f"evaluate.component.{name}", label, self.language)

    def _percent(self, share: float) -> str:
        return self.say("small_share", value=100 * share)

    def _number(self, value: float) -> str:
        return say("evaluate.value", self.language, value=_plain(value))

    def _cell(self, interval: Interval) -> str:
        if interval.low is None or interval.high is None:
            return self._number(interval.value)
        return say(
            "evaluate.interval",
            self.language,
            value=_plain(interval.value),
            low=_plain(interval.low),
            high=_plain(interval.high),
        )


def _verdict(apart: Interval) -> str:
    if apart.low is not None and apart.low > 0:
        return "higher"
    if apart.high is not None and apart.high < 0:
        return "lower"
    return "alike"


def _plain(value: float) -> float:
    """Round to what is printed, so that nothing prints as minus zero."""
    return round(value, 3) + 0.0


def _named(code: str, other: str, language: str) -> str:
    """Return a name from the catalogue; of what is given from outside, the name it came with."""
    return say(code, language) if code in entries() else other
