"""What is wrong with a pack or an overlay: where, what was found, what is allowed instead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from training_data.errors import DataError
from training_data.messages import Text, text

_SHOWN = 80
"""So many signs of a wrong value are shown."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        kind: what it is; the catalogue words it as ``packs.problem.<kind>``.
        file: the file it stands in.
        rule: id of the rule, empty where it concerns the file.
        param: place inside the params, such as ``bands[0].min``; may be empty.
        found: the wrong value as JSON; may be empty.
        allowed: what would be right; ``None`` where the sentence says it all.
        warning: whether the packs can be used in spite of it.
        values: further values of the sentence.
    """

    kind: str
    file: str
    rule: str = ""
    param: str = ""
    found: str = ""
    allowed: Text | None = None
    warning: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        """The sentence for a person."""
        return text(
            f"packs.problem.{self.kind}",
            where=self._where,
            file=self.file,
            rule=self.rule,
            param=self.param,
            found=self.found,
            allowed=self.allowed or Text("", ""),
            **self.values,
        )

    @property
    def _where(self) -> str:
        inside = " ".join(part for part in (self.rule, self.param) if part)
        return f"{self.file}: {inside}" if inside else self.file

    def as_json(self) -> dict[str, Any]:
        """Return the problem for a program."""
        return {
            "kind": self.kind,
            "severity": "warning" if self.warning else "error",
            "file": self.file,
            "rule": self.rule or None,
            "param": self.param or None,
            "found": self.found or None,
            "allowed": self.allowed and self.allowed.as_dict(),
            "text": self.text.as_dict(),
        }


class InvalidPack(DataError):
    """A rule pack or an overlay does not have the form it must have.

    Attributes:
        problems: everything that is wrong, in the order of the files.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.text.en)

    @property
    def text(self) -> Text:
        """All problems, one a line."""
        said = [problem.text for problem in self.problems]
        return Text("\n".join(t.id for t in said), "\n".join(t.en for t in said))


def refuse(problems: Sequence[Problem]) -> None:
    """Raise ``InvalidPack`` where one of ``problems`` is more than a warning."""
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        raise InvalidPack(errors)


def shown(value: Any) -> str:
    """Return a value as JSON, cut where it is long."""
    plain = json.dumps(value, ensure_ascii=False, default=str)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def faults(shape: type[BaseModel], params: Any, file: str, rule: str) -> list[Problem]:
    """Return what is wrong with the params of a rule, one problem for each place."""
    try:
        shape.model_validate(params)
    except ValidationError as error:
        found = error.errors(include_url=False)
    else:
        return []
    return [
        Problem(
            "param",
            file,
            rule,
            _place(fault["loc"]),
            "–" if fault["type"] == "missing" else shown(fault["input"]),
            _allowed(fault["type"], fault.get("ctx", {}), shape),
        )
        for fault in found
    ]


def _place(path: Sequence[int | str]) -> str:
    """Return ``cells.above``, ``bands[0].min``; a wrong key is shown as the place itself."""
    place = ""
    for step in path:
        if step == "[key]":
            continue
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or "params"


def _allowed(kind: str, context: Mapping[str, Any], shape: type[BaseModel]) -> Text:
    if kind == "extra_forbidden":
        names = [f.alias or name for name, f in shape.model_fields.items()]
        return text(f"packs.allowed.{kind}", known=", ".join(names) or "–")
    return text(f"packs.allowed.{kind}", **context)
