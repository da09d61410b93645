"""What an import found: problems as vectors, counted, worded on demand, refused rows given back.

In: findings of readers and checks. Out: ``Report`` with exit code, JSON and a short text. A million
bad rows cost a few arrays; a sentence is made only for what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from training_data import messages
from training_data.cells import Cells, Mask
from training_data.identity import is_personal, mask
from training_data.messages import Text
from training_data.reference import nearest
from training_data.schema import TABLES
from training_data.source import Rows, Source

EXAMPLES = 20
"""Rows named per kind of problem in JSON."""


class Severity(Enum):
    """What a problem does to its row or file."""

    REFUSE = "refuse"  # the row (or file) stays out until corrected
    WARN = "warn"  # the row is in; what was done is said


@dataclass(frozen=True)
class Problem:
    """One problem in one place, worded.

    Attributes:
        code: entry of the message catalogue, without its area.
        row: number of the row as a spreadsheet counts it; ``None`` for the whole file.
        value: what was found, masked where personal.
        text: what is wrong, where, and what was found.
        remedy: what to do.
    """

    code: str
    severity: Severity
    file: str
    table: str | None
    row: int | None
    column: str | None
    value: str | None
    text: Text
    remedy: Text

    def as_json(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "text": self.text.as_dict(),
            "remedy": self.remedy.as_dict(),
        }


@dataclass(frozen=True)
class Finding:
    """One kind of problem in one column of one file, for any number of rows.

    Attributes:
        code: entry of the message catalogue, without its area.
        severity: whether the rows are refused.
        file: the file's name.
        table: its table, where known.
        column: column of the contract, or the file's header text.
        source: the file's cells; ``None`` for problems of a whole file.
        positions: places of the rows in ``source``, int64[m]; empty for the whole file.
        found: the cells of these rows as written, m of them.
        kept: for repeated keys the row that stays in place of each, int64[m].
        facts: what the sentence needs besides.
    """

    code: str
    severity: Severity
    file: str
    table: str | None = None
    column: str | None = None
    source: Source | None = None
    positions: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    found: Cells | None = None
    kept: Rows | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def count(self) -> int:
        """Number of rows, 1 for a problem of the whole file."""
        return len(self.positions) if self.source is not None else 1

    def rule(self) -> Text:
        """Return the sentence that holds for every row of the finding."""
        return messages.text(f"import.{self.code}", **self._facts)

    def remedy(self) -> Text:
        """Return what to do."""
        return messages.text(f"import.{self.code}.remedy", **self._facts)

    @property
    def _facts(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "table": self.table or "",
            "column": self.column or "",
            **self.facts,
        }

    def problems(self, limit: int | None = None) -> Iterator[Problem]:
        """Yield the problems row by row, at most ``limit``."""
        if self.source is None:
            yield self._problem(None, None, self.rule())
            return
        for place in range(len(self.positions))[:limit]:
            row = int(self.source.rows[self.positions[place]])
            raw = self.found.at(place) if self.found is not None else None
            yield self._problem(row, self._shown(raw), self._worded(row, raw, place))

    def _problem(self, row: int | None, value: str | None, text: Text) -> Problem:
        return Problem(
            self.code,
            self.severity,
            self.file,
            self.table,
            row,
            self.column,
            value,
            text,
            self.remedy(),
        )

    def _worded(self, row: int, raw: str | None, place: int) -> Text:
        sentences = [self.rule()]
        value = self._shown(raw)
        if value is None:
            sentences.append(messages.text("import.at", row=str(row)))
        else:
            sentences.append(messages.text("import.found", value=value, row=str(row)))
        if self.kept is not None:
            sentences.append(messages.text("import.kept", row=str(self.kept[place])))
        if "choices" in self.facts and raw is not None:
            near = ", ".join(nearest(self.facts["choices"], raw[:80]))
            sentences.append(messages.text("import.nearest", values=near))
        return Text(" ".join(s.id for s in sentences), " ".join(s.en for s in sentences))

    def _shown(self, raw: str | None, limit: int = 60) -> str | None:
        """Return a value as it may be shown: short, on one line, masked where personal."""
        if raw is None:
            return None
        plain = " ".join(raw.replace("\x00", " ").replace("\x1f", "").split())
        if self._personal and is_personal(self.column or "", plain):
            return mask(plain)
        return plain[:limit] + "…" if len(plain) > limit else plain

    @property
    def _personal(self) -> bool:
        if self.table is None or self.column not in TABLES[self.table].column_names:
            return False
        return TABLES[self.table].column(self.column).personal


@dataclass(frozen=True)
class Counts:
    """Rows of one table: read, in, refused, and dropped as exact repeats."""

    read: int = 0
    accepted: int = 0
    refused: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class Report:
    """The outcome of reading a folder or a file.

    Attributes:
        counts: table → its rows.
        findings: all problems, by table and kind.
        sources: the files that were read as tables.
    """

    counts: Mapping[str, Counts]
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]

    @property
    def exit_code(self) -> int:
        """0 when everything went in, 1 when some rows or files were refused."""
        return int(any(f.severity is Severity.REFUSE for f in self.findings))

    @property
    def refused(self) -> int:
        """Number of refused rows."""
        return sum(c.refused for c in self.counts.values())

    @property
    def lacking(self) -> tuple[str, ...]:
        """Tables needed before anybody can be ranked: employees, and trainings or jobs."""
        filled = {name for name, count in self.counts.items() if count.accepted}
        lacking = [] if "employees" in filled else ["employees"]
        if not filled & {"trainings", "jobs"}:
            lacking.append("trainings|jobs")
        return tuple(lacking)

    @property
    def rankable(self) -> bool:
        """Whether the tables that were read suffice to rank."""
        return not self.lacking

    def problems(self, per_kind: int | None = EXAMPLES) -> Iterator[Problem]:
        """Yield worded problems, at most ``per_kind`` of each kind (``None``: all)."""
        for finding in self.findings:
            yield from finding.problems(per_kind)

    def refused_rows(self, source: Source) -> Mask:
        """Return which rows of a source were refused, bool[n]."""
        refused = np.zeros(len(source), bool)
        for finding in self.refusals(source):
            refused[finding.positions] = True
        return refused

    def refusals(self, source: Source) -> tuple[Finding, ...]:
        """Return the findings that refuse rows of a source."""
        return tuple(
            f for f in self.findings if f.source is source and f.severity is Severity.REFUSE
        )

    def as_json(self, examples: int = EXAMPLES) -> dict[str, Any]:
        """Return counts, kinds of problems and a few examples of each as plain data."""
        return {
            "exit_code": self.exit_code,
            "rankable": self.rankable,
            "tables": {name: vars(count) for name, count in self.counts.items()},
            "problems": [_kind(f, examples) for f in self.findings],
        }

    def text(self, language: str = "id", examples: int = 3) -> str:
        """Return a short text for a terminal or a page."""
        lines = [
            messages.say("import.counts", language, table=name, **vars(count))
            for name, count in self.counts.items()
        ]
        for finding in self.findings:
            shown = list(finding.problems(examples))
            lines += [
                f"- {p.file}: {p.text.in_language(language)} {p.remedy.in_language(language)}"
                for p in shown
            ]
            if finding.count > len(shown):
                rest = finding.count - len(shown)
                lines.append("  " + messages.say("import.more", language, count=rest))
        if self.lacking:
            lacking = ", ".join(self.lacking)
            lines.append(messages.say("import.lacking", language, tables=lacking))
        return "\n".join(lines)

    def write_refused(self, folder: Path) -> list[Path]:
        """Write the refused rows per file, to be corrected and imported again; return the files."""
        from training_data.refused import write_refused

        return write_refused(self, folder)


def _kind(finding: Finding, examples: int) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.file,
        "table": finding.table,
        "column": finding.column,
        "count": finding.count,
        "text": finding.rule().as_dict(),
        "remedy": finding.remedy().as_dict(),
        "examples": [
            {"row": p.row, "value": p.value, "text": p.text.as_dict()}
            for p in finding.problems(examples)
        ],
    }
