"""The report: groups, methods and metrics with their intervals, as JSON and as a page of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommender.evaluation.intervals import Interval
from training_data.messages import say

Metrics = Mapping[str, Interval]
GROUPS = ("all", "warm", "cold")


def judged_as(protocol: Mapping[str, Any]) -> str:
    """Return what the rows of a report are: people (``training``), jobs (``role``), ``moves``."""
    return "moves" if protocol["split"] == "moves" else str(protocol["kind"])


@dataclass(frozen=True)
class Report:
    """What an evaluation found.

    Attributes:
        protocol: how it was measured, as JSON values.
        sizes: number of employees (or of source jobs) per group.
        groups: group → method → metric → interval; a group without anybody is empty.
        best_baseline: group → the baseline with the highest NDCG.
    """

    protocol: Mapping[str, Any]
    sizes: Mapping[str, int]
    groups: Mapping[str, Mapping[str, Metrics]]
    best_baseline: Mapping[str, str]

    def value(self, method: str, metric: str, group: str = "all") -> float:
        """Return one figure."""
        return self.groups[group][method][metric].value

    def as_json(self) -> dict[str, Any]:
        """Return the contract's ``{protocol, n, groups}``; ``n`` counts the group ``all``."""
        return {
            "protocol": {
                **self.protocol,
                "sizes": dict(self.sizes),
                "best_baseline": dict(self.best_baseline),
            },
            "n": self.sizes["all"],
            "groups": {
                group: {
                    method: {metric: interval.as_json() for metric, interval in metrics.items()}
                    for method, metrics in methods.items()
                }
                for group, methods in self.groups.items()
            },
        }

    def as_markdown(self, language: str = "id") -> str:
        """Return the report as Markdown, methods by falling NDCG."""
        kind, split = self.protocol["kind"], self.protocol["split"]
        judged = judged_as(self.protocol)
        parts = [
            "# " + say(f"evaluate.title.{kind}", language),
            say(f"evaluate.how.{split}", language, **self._facts()),
        ]
        for group in GROUPS:
            if self.groups[group]:
                parts += [
                    "## "
                    + say(f"evaluate.group.{judged}.{group}", language, count=self.sizes[group]),
                    self._table(group, language),
                ]
        parts.append(say(f"evaluate.limits.{judged}", language))
        return "\n\n".join(parts) + "\n"

    def _facts(self) -> dict[str, Any]:
        return {
            "items": self.protocol["items"],
            "k": self.protocol["k"],
            "cut": datetime.fromisoformat(self.protocol["cut"] or self.protocol["as_of"]),
        }

    def _table(self, group: str, language: str) -> str:
        k = self.protocol["k"]
        methods = self.groups[group]
        names = [m for m in next(iter(methods.values())) if m != f"ndcg@{k}_vs_best"]
        head = [say("evaluate.method", language), *names]
        head.append(say("evaluate.difference", language, method=self.best_baseline[group]))
        order = sorted(methods, key=lambda m: (-methods[m][f"ndcg@{k}"].value, m))
        rows = [
            [
                f"**{method}**" if method == self.protocol["own"] else method,
                *(_cell(methods[method][name], language) for name in names),
                _cell(methods[method][f"ndcg@{k}_vs_best"], language),
            ]
            for method in order
        ]
        rule = ["---", *["---:"] * (len(head) - 1)]
        return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def _cell(interval: Interval, language: str) -> str:
    if interval.low is None:
        return say("evaluate.value", language, value=interval.value)
    return say(
        "evaluate.interval",
        language,
        value=interval.value,
        low=interval.low,
        high=interval.high,
    )
