"""An evaluation told as headings, words, tables and charts, before it becomes a page.

In: a ``Study`` and a language. Out: blocks that ``page_markdown`` and ``page_html`` write down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from recommender.evaluation.blocks import Block, Chart, Heading, Mark, Story, Table, Words
from recommender.evaluation.calibration import POPULARITY, distance
from recommender.evaluation.groups import LEAST_SHOWN
from recommender.evaluation.intervals import FLIPS, Interval
from recommender.evaluation.report import judged_as
from recommender.evaluation.speech import Speech, rounded
from recommender.evaluation.study import DEFAULT, EVERYBODY, LATER, PAST, Judged, Part, Study
from training_data.messages import say


def tell(study: Study, language: str, seconds: Mapping[str, float] | None = None) -> Story:
    """Tell a study in ``language``; ``seconds`` are the times that somebody took of each step."""
    teller = _Teller(study, language)
    title = say(f"evaluate.title.{study.kind}", language)
    return Story(language, title, tuple(teller.blocks(seconds or {})))


class _Teller(Speech):
    def __init__(self, study: Study, language: str) -> None:
        super().__init__(language, study.unit_names)
        protocol = study.parts[0].report.protocol
        self.study = study
        self.k: int = protocol["k"]
        self.own: str = protocol["own"]
        self.main = f"ndcg@{self.k}"

    def blocks(self, seconds: Mapping[str, float]) -> Iterator[Block]:
        yield Heading(2, self.say("summary"))
        for part in self.study.parts:
            yield from self._summary(part)
        yield Words(self.say(f"data.{self.study.kind}", **self.study.data._asdict()))
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
        protocol = self.study.parts[0].report.protocol
        yield Words(say(f"evaluate.limits.{judged_as(protocol)}", self.language))
        yield Words(
            self.say(
                "run",
                day=date.fromisoformat(protocol["as_of"]),
                seed=protocol["seed"],
                resamples=protocol["resamples"],
                k=self.k,
                flips=FLIPS,
            )
        )

    def _summary(self, part: Part) -> Iterator[Block]:
        judged = part.groups[EVERYBODY]
        if self.own not in judged.figures:
            return
        apart = self._apart(judged)
        said = self.say(
            "says",
            k=self.k,
            own=self.cell(judged.figures[self.own][self.main]),
            best=self.method(judged.best),
            other=self.cell(judged.figures[judged.best][self.main]),
            apart=self.cell(apart),
            verdict=self.say(f"verdict.{_verdict(apart)}"),
        )
        yield Words(
            _unbroken(f"{self._split(part)}: {said}"),
            strong=part is self.study.parts[0],
        )
        kinds = [name for name in part.groups if name != EVERYBODY]
        if kinds:
            said = "; ".join(self._told(name, part.groups[name]) for name in kinds)
            yield Words(_unbroken(self.say("says.kinds", said=said)))

    def _told(self, name: str, judged: Judged) -> str:
        """Say of one group of history how far apart the own method is, and whether for sure."""
        apart = self._apart(judged)
        return self.say(
            "says.kind",
            kind=self.kind(name),
            count=judged.n,
            apart=self.cell(apart),
            verdict=self.say(f"says.{_verdict(apart)}"),
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
            named = {self.kind(name): judged for name, judged in part.groups.items()}
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
                self.cell(judged.figures[self.own][self.main]),
                self.method(judged.best),
                self.cell(judged.figures[judged.best][self.main]),
                self.cell(self._apart(judged)),
                "" if judged.p is None else self.say("p_value", value=judged.p),
            )
            for name, judged in groups.items()
        ]
        named = [self.say(code, **({"k": self.k} if "ndcg" in code else {})) for code in head]
        named[2] = f"{self.method(self.own)}, {named[2]}"
        return Table(tuple(named), tuple(rows), words=(3,))

    def _ndcg(self, name: str, judged: Judged) -> Chart:
        order = self._order(judged)
        values = [judged.figures[method][self.main] for method in order]
        marks = [
            Mark(
                self.method(method),
                self.number(value.value),
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
                self.method(method),
                self.cell(judged.figures[method][self.main]),
                "–"
                if method == judged.best
                else self.cell(judged.figures[method][f"{self.main}_vs_best"]),
            )
            for method in order
        ]
        title = self.say("ndcg", k=self.k, group=self.kind(name), count=judged.n)
        return Chart("dots", title, tuple(marks), Table(head, tuple(rows), self._own_rows(order)))

    def _facts(self, part: Part) -> Iterator[Block]:
        own = self.own in part.groups[EVERYBODY].figures
        if not part.facts or not own:
            return
        for fact, groups in part.facts.items():
            yield Heading(3, self.say(f"fact.{fact}"))
            yield self._against({self.value(fact, value): one for value, one in groups.items()})
        yield Words(self.say("facts.how", least=LEAST_SHOWN))

    def _reliability(self, part: Part) -> Iterator[Block]:
        found = part.reliability
        if found is None:
            return
        yield Heading(3, self.say("reliability"))
        error, overall = (self.percent(share) for share in (found.error, found.overall))
        yield Words(self.say("reliability.how", error=error, overall=overall))
        marks, rows = [], []
        for own in found.bins:
            label = self.bin(own)
            low, high = own.observed.low or 0.0, own.observed.high or 0.0
            observed = self.say(
                "small_shares", value=100 * own.observed.value, low=100 * low, high=100 * high
            )
            said = self.percent(own.observed.value)
            marks.append(Mark(label, said, own.observed.value, low, high, own.expected, own=True))
            pairs = self.say("weights.number", value=own.pairs)
            rows.append((label, pairs, self.percent(own.expected), observed))
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
        if self.own in part.mix:
            most = POPULARITY[0]
            own, later = (self.say("share", value=part.mix[n][most]) for n in (self.own, LATER))
            yield Words(self.say("mix.says", own=own, later=later))
        yield Words(self.say("mix.how"))
        order = [PAST, LATER, *self._order(part.groups[EVERYBODY])]
        marks, rows = [], []
        for name in order:
            real = name in (PAST, LATER)
            label = self.say(f"mix.{name}") if real else self.method(name)
            shares = tuple(part.mix[name][group] for group in POPULARITY)
            apart = self.number(distance(part.mix[name], part.mix[LATER]))
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
        yield Words(self._parts_for_sure(part.ablation))
        order = sorted(part.ablation, key=lambda term: (part.ablation[term].value, term))
        marks = tuple(
            Mark(
                self.component(term),
                self.number(part.ablation[term].value),
                part.ablation[term].value,
                part.ablation[term].low,
                part.ablation[term].high,
                own=True,
            )
            for term in order
        )
        rows = tuple((self.component(term), self.cell(part.ablation[term])) for term in order)
        head = (self.say("term"), self.say("change"))
        yield Chart("dots", self.say("ablation.figure", k=self.k), marks, Table(head, rows))

    def _parts_for_sure(self, changes: Mapping[str, Interval]) -> str:
        """Name the parts whose range, as it is printed, lies on one side of zero."""
        said = []
        for code, verdict in (("helps", "lower"), ("harms", "higher")):
            named = [
                self.component(t)
                for t, one in changes.items()
                if _verdict(_printed(one)) == verdict
            ]
            said.append(self.say(f"ablation.{code}", parts="; ".join(sorted(named)) or "–"))
        return " ".join([*said, self.say("ablation.rest")])

    def _weights(self) -> Iterator[Block]:
        weights = self.study.weights
        if not weights:
            return
        yield Heading(2, self.say("weights"))
        if self.study.kind == "role":
            yield Words(self.say("weights.roles"))
        elif self.study.learnt_from:
            cases = ", ".join(
                self.say("weights.case", kind=self.kind(kind), count=count)
                for kind, count in self.study.learnt_from.items()
            )
            yield Words(self.say("weights.learnt", cases=cases))
        else:
            yield Words(self.say("weights.default"))
        kinds = list(weights)
        rows = tuple(
            (
                self.component(name),
                *(self.say("weight", value=weights[kind][name]) for kind in kinds),
            )
            for name in weights[DEFAULT]
        )
        yield Table((self.say("component"), *(self.kind(kind) for kind in kinds)), rows)

    def _details(self, part: Part) -> Iterator[Block]:
        for name, judged in part.groups.items():
            yield Heading(3, f"{self._split(part)}: {self.kind(name)} ({judged.n})")
            order = self._order(judged)
            metrics = [m for m in judged.figures[order[0]] if not m.endswith("_vs_best")]
            rows = tuple(
                (self.method(m), *(self.cell(judged.figures[m][metric]) for metric in metrics))
                for m in order
            )
            head = (say("evaluate.method", self.language), *metrics)
            yield Table(head, rows, self._own_rows(order))
        chosen = part.report.protocol.get("parameters", {})
        rows = tuple(
            (self.method(name), "; ".join(f"{key} = {value:g}" for key, value in params.items()))
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
        taken = {self.method(name): spent for name, spent in seconds.items() if name in methods}
        rest = sum(spent for name, spent in seconds.items() if name not in methods)
        taken[self.say("seconds.rest")] = rest
        rows = tuple((name, self.say("second", value=spent)) for name, spent in taken.items())
        yield Table((say("evaluate.method", self.language), self.say("seconds.column")), rows)

    def _split(self, part: Part) -> str:
        return self.split(part.report.protocol["split"])

    def _apart(self, judged: Judged) -> Interval:
        return judged.figures[self.own][f"{self.main}_vs_best"]

    def _order(self, judged: Judged) -> list[str]:
        figures = judged.figures
        return sorted(figures, key=lambda m: (-figures[m][self.main].value, m != self.own, m))

    def _own_rows(self, order: Sequence[str]) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(order) if name == self.own)


def _printed(one: Interval) -> Interval:
    """Return an interval with the decimals a reader sees."""
    ends = (None if end is None else rounded(end) for end in (one.low, one.high))
    return Interval(one.value, *ends)


def _unbroken(said: str) -> str:
    """Keep the ends of a range on one line."""
    return said.replace(" … ", "\u00a0…\u00a0")


def _verdict(apart: Interval) -> str:
    if apart.low is not None and apart.low > 0:
        return "higher"
    if apart.high is not None and apart.high < 0:
        return "lower"
    return "alike"
