"""The model card: what a model learnt from, what it weighs, how it was measured, what it is for.

In: a model, its manifest and the evaluation kept with it, if any. Out: one page of Markdown, in
Indonesian and then in English, for the people who answer for the suggestions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from recommender.evaluation.figures import Figures
from recommender.model import Model
from recommender.snapshot import cut, period
from training_data.dataset import Dataset
from training_data.messages import LANGUAGES, say
from training_data.reference.packs import MARKS

SHOWN = 12
"""So many characters of a hash are shown to people."""

TABLES = (
    "employees",
    "jobs",
    "job_history",
    "trainings",
    "training_history",
    "competency_scores",
    "role_pairs",
)
"""Tables whose rows a card counts, in this order."""

Leaf = float | str | bool | None
Line = Callable[..., str]
"""Words a sentence of the card in one language: called with its code and values."""


@dataclass(frozen=True)
class LearntFrom:
    """The data a model was learnt from: rows of the main tables, first and last dated event."""

    rows: Mapping[str, int]
    first: date | None
    last: date | None

    @classmethod
    def of(cls, dataset: Dataset, as_of: date) -> LearntFrom:
        """Count what was known on ``as_of``."""
        known = cut(dataset, as_of)
        first, last = period(known) or (None, None)
        rows = {name: known.table(name).num_rows for name in TABLES if known.has(name)}
        return cls(rows, first, last)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "rows": dict(self.rows),
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
        }


def card(
    model: Model, manifest: Mapping[str, Any], evaluation: Mapping[str, Any] | None = None
) -> str:
    """Return the card.

    Parameters:
        manifest: what stands beside the model; data and rules are named where it names them.
        evaluation: what ``selaras models evaluate`` found; without it the card says so.
    """
    pages = (_page(model, manifest, evaluation, language) for language in LANGUAGES)
    return f"# Model {model.id[:SHOWN]}\n\n" + "\n".join(pages)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield every single value of nested JSON objects with its dotted path; lists are left out."""
    if isinstance(value, Mapping):
        for key, inner in sorted(value.items()):
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif not isinstance(value, list | tuple):
        yield path, value


def weights(described: Mapping[str, Any]) -> dict[str, Leaf]:
    """Return the settings of a model, and whatever it calls a weight, by dotted path."""
    learnt = {path: leaf for path, leaf in leaves(described) if "weight" in path}
    return dict(leaves(described["config"])) | {
        path: leaf for path, leaf in learnt.items() if not path.startswith("config.")
    }


def measured_lines(evaluation: Mapping[str, Any], language: str) -> list[str]:
    """Return the main figures of an evaluation, a sentence each."""
    return _measured(evaluation, partial(_line, language))


def _line(language: str, code: str, /, **values: Any) -> str:
    return say(f"card.{code}", language, **values)


def _page(
    model: Model,
    manifest: Mapping[str, Any],
    evaluation: Mapping[str, Any] | None,
    language: str,
) -> str:
    line = partial(_line, language)
    parts = [
        ("data", _data(model, manifest, line)),
        ("rules", _rules(manifest, line)),
        ("weights", _weights(model, line)),
        ("metrics", _metrics(evaluation, model, line)),
        ("use", [line("intended"), line("not_for")]),
        ("limits", [line("limits.weights"), line("limits.effects"), line("limits.past")]),
    ]
    shown = [
        f"### {line(name)}\n\n" + "\n".join(f"- {one}" for one in found) + "\n"
        for name, found in parts
        if found
    ]
    return f"## {line('title')}\n\n" + "\n".join(shown)


def _data(model: Model, manifest: Mapping[str, Any], line: Line) -> list[str]:
    found = [
        line("fitted", data=model.data_hash[:SHOWN], day=model.as_of, seed=str(model.seed)),
        line(
            "knows",
            trainings=len(model.training_codes),
            jobs=len(model.job_codes),
            competencies=len(model.competency_codes),
            people=round(model.history.people),
        ),
    ]
    learnt = manifest.get("learnt_from")
    if learnt is None:
        return found
    counted = ", ".join(
        f"{name} {learnt['rows'][name]}" for name in TABLES if name in learnt["rows"]
    )
    found.append(line("rows", counted=counted or "–"))
    if learnt["first"] is None:
        return [*found, line("no_period")]
    days = {name: date.fromisoformat(learnt[name]) for name in ("first", "last")}
    return [*found, line("period", **days)]


def _rules(manifest: Mapping[str, Any], line: Line) -> list[str]:
    """Return which set of rules, whose, and how far it is confirmed."""
    if not manifest.get("rules"):
        return []
    marks = manifest.get("marks", {})
    counted = ", ".join(f"{mark} {marks[mark]}" for mark in MARKS if marks.get(mark))
    overlays = manifest.get("overlays", [])
    agency = line("overlay", names=", ".join(overlays)) if overlays else line("no_overlay")
    return [line("rules_line", hash=manifest["rules"][:SHOWN], agency=agency, marks=counted)]


def _weights(model: Model, line: Line) -> list[str]:
    return [
        f"{path}: {line('value', value=leaf) if isinstance(leaf, float) else leaf}"
        for path, leaf in weights(model.description()).items()
        if leaf is not None
    ]


def _metrics(evaluation: Mapping[str, Any] | None, model: Model, line: Line) -> list[str]:
    if evaluation is None:
        return [line("unmeasured")]
    found = [line("how")]
    if evaluation["data"] != model.data_hash:
        found.append(line("other_data", data=evaluation["data"][:SHOWN]))
    return [*found, *_measured(evaluation, line)]


def _measured(evaluation: Mapping[str, Any], line: Line) -> list[str]:
    found = []
    for kind, report in sorted(evaluation["reports"].items()):
        one = Figures.of(report)
        found.append(
            line(
                "measured_alone" if one.low is None else "measured",
                kind=line(f"kind.{kind}"),
                split=line(f"split.{report['protocol']['split']}"),
                **vars(one),
            )
        )
    found += [line("not_measured", kind=line(f"kind.{kind}")) for kind in evaluation["lacking"]]
    basis = {name: evaluation[name][:SHOWN] for name in ("data", "rules")}
    return [*found, line("basis", **basis)]
