"""How a report writes names and numbers in one language; in: codes and figures, out: words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.evaluation.calibration import Bin
from recommender.evaluation.intervals import Interval
from recommender.kinds import LONG_FROM
from training_data import reference
from training_data.messages import entries, say


class Speech:
    """Names and numbers of one report.

    Attributes:
        language: ``id`` or ``en``.
        unit_names: code of a unit → its name.
    """

    def __init__(self, language: str, unit_names: Mapping[str, str]) -> None:
        self.language = language
        self.unit_names = unit_names

    def say(self, code: str, /, **values: Any) -> str:
        """Return a sentence of the report."""
        return say(f"evaluate.report.{code}", self.language, **values)

    def split(self, name: str) -> str:
        """Return the name of a way to part the past."""
        return self.say(f"split.{name}")

    def kind(self, name: str) -> str:
        """Return the name of a group of employees by history."""
        return self.say(f"kind.{name}", least=LONG_FROM, below=LONG_FROM - 1)

    def value(self, fact: str, value: str) -> str:
        """Return the name of a value of a fact of employees."""
        if fact == "unit":
            return self.unit_names.get(value, value)
        return reference.label(fact, value).in_language(self.language)

    def bin(self, own: Bin) -> str:
        """Return a range of scores."""
        if own.low is None:
            return self.say("bin.to", high=own.high) if own.high is not None else ""
        if own.high is None:
            return self.say("bin.from", low=own.low)
        return self.say("bin.between", low=own.low, high=own.high)

    def method(self, name: str) -> str:
        """Return the name of a method."""
        return _named(f"evaluate.method.{name}", name, self.language)

    def component(self, name: str) -> str:
        """Return the name of a component of the score."""
        label = _named(f"term.{name}", name, self.language)
        return _named(f"evaluate.component.{name}", label, self.language)

    def percent(self, share: float) -> str:
        """Return a small share in percent."""
        return self.say("small_share", value=100 * share)

    def number(self, value: float) -> str:
        """Return a figure with three decimals."""
        return say("evaluate.value", self.language, value=rounded(value))

    def cell(self, interval: Interval) -> str:
        """Return a figure with its range, where it has one."""
        if interval.low is None or interval.high is None:
            return self.number(interval.value)
        return say(
            "evaluate.interval",
            self.language,
            value=rounded(interval.value),
            low=rounded(interval.low),
            high=rounded(interval.high),
        )


def rounded(value: float) -> float:
    """Round to what is printed, so that nothing prints as minus zero."""
    return round(value, 3) + 0.0


def _named(code: str, other: str, language: str) -> str:
    """Return a name from the catalogue; of what is given from outside, the name it came with."""
    return say(code, language) if code in entries() else other
