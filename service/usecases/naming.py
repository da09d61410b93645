"""Names and their codes: match a file, show what waits, keep what a person decides.

In: files of names and of references, or the database. Out: a file with code, confidence and
candidates per name; the queue; a stored decision, used from the next ranking on.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.files import written_whole
from service.usecases.sources import given_data, mapped, open_database, thresholds
from training_data.dataset import Dataset
from training_data.errors import UnusableInput
from training_data.messages import Text, say, text
from training_data.names.catalogue import load_catalogue, read_table
from training_data.names.confidence import shipped
from training_data.names.decisions import NONE, read_decisions
from training_data.names.labelled import Measured, cross_validate, learn, read_labelled
from training_data.names.mapping import (
    NO_DECISIONS,
    Waiting,
    reference_rows,
)
from training_data.names.matcher import Candidate, Match, Matcher
from training_data.names.normalise import exact_key
from training_data.names.words import KINDS, Kind

HEADER = ("name", "code", "title", "confidence", "decision", "candidates")
PLAIN = (".txt",)


@dataclass(frozen=True)
class MatchedFile:
    """What was written, and how many names ended how."""

    file: Path
    names: int
    decisions: Mapping[str, int]


def match_file(
    names: Path,
    out: Path,
    *,
    kind: Kind,
    references: Sequence[Path],
    settings: Settings,
    column: str = "name",
    decisions: Path | None = None,
) -> MatchedFile:
    """Match the names of a file and write one row per row of the file, in its order.

    Raises:
        WrongUse: there is no such file or column, or the result cannot be written.
        UnusableInput: a reference cannot be used.
    """
    listed = _names(names, column)
    decided = read_decisions(decisions) if decisions is not None else NO_DECISIONS
    catalogue = load_catalogue(kind, references)
    matcher = Matcher(catalogue, thresholds(settings), decided.get(kind, {}))
    found = matcher.match(listed)
    titles = {entry.code: entry.title for entry in reversed(catalogue.entries)}
    with written_whole(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(_row(found[name], titles) for name in listed)
    return MatchedFile(out, len(listed), Counter(found[name].decision for name in listed))


def queue(
    settings: Settings,
    *,
    data: Path | None = None,
    decisions: Path | None = None,
    kind: Kind | None = None,
) -> tuple[Waiting, ...]:
    """Return the names that wait for a person, of the database or of a folder.

    Raises:
        WrongUse, UnusableInput, NothingUsable: there is nothing to look at.
    """
    if data is None:
        refresh_queue(settings)
    report = given_data(settings, data, people=False, decisions=decisions).names
    return tuple(one for one in report.waiting if kind in (None, one.kind))


def refresh_queue(settings: Settings, dataset: Dataset | None = None) -> None:
    """Find anew which names wait, for the page of the queue; decisions are left aside.

    Parameters:
        dataset: all that is stored, where the caller has it at hand.
    """
    from service.database.datasets import load_dataset
    from service.database.name_queue import replace_waiting
    from service.naming import NameMatch, Proposed

    engine = open_database(settings)
    whole = load_dataset(engine, settings.agency) if dataset is None else dataset
    waiting = mapped(whole, settings)[1].waiting

    def proposed(one: Candidate) -> Proposed:
        how = differs(one)
        said = None if how is None else how.as_dict()
        return Proposed(one.code, one.title, round(float(one.probability), 4), said)

    names = [
        NameMatch(
            one.kind, one.key, one.name, "waiting", one.rows, one.people,
            tuple(proposed(each) for each in one.candidates),
        )
        for one in waiting
    ]  # fmt: skip
    replace_waiting(engine, settings.agency, names)


def decide(settings: Settings, kind: Kind, name: str, code: str, *, by: str) -> str | None:
    """Keep what a name stands for; return the code, nothing where none is meant.

    Raises:
        WrongUse: the name is empty, nobody decides, or the list holds no such code.
    """
    from service.database.datasets import load_dataset
    from service.database.naming import save_decision

    if not exact_key(name):
        raise WrongUse("names.empty_name")
    if not by.strip():
        raise WrongUse("names.who")
    engine = open_database(settings)
    chosen = None if code == NONE else code
    if chosen is not None:
        rows = reference_rows(load_dataset(engine, settings.agency), kind)
        if chosen not in {row["code"] for row in rows}:
            raise WrongUse("names.unknown_code", found=chosen, kind=text(f"names.kind.{kind}"))
    save_decision(
        engine,
        agency=settings.agency,
        kind=kind,
        key=exact_key(name),
        name=name.strip(),
        code=chosen,
        by=by.strip(),
    )
    return chosen


def calibrate(
    labelled: Path, out: Path, *, references: Sequence[Path], settings: Settings
) -> Measured:
    """Learn the parameters of confidence and write them; return what held-out folds measured.

    Raises:
        UnusableInput: the labelled names or a reference cannot be used.
    """
    examples = read_labelled(labelled)
    limits = thresholds(settings)
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in examples)]
    catalogues = {kind: load_catalogue(kind, references) for kind in kinds}
    measured = cross_validate(examples, catalogues, limits, shipped())
    learnt = learn(examples, catalogues, limits, shipped())
    with written_whole(out) as temporary:
        learnt.write(temporary)
    return measured


def differs(candidate: Candidate) -> Text | None:
    """Return how a name differs from a candidate, nothing where it does not."""
    parts = [text(f"names.differs.{one}") for one in candidate.contradictions]
    parts += [
        text("names.differs.open", what=text(f"names.differs.{one}")) for one in candidate.left_open
    ]
    for code, words in (("missing", candidate.missing), ("extra", candidate.extra)):
        if words:
            parts.append(text(f"names.differs.{code}", words=" ".join(words)))
    if not parts:
        return None
    return Text("; ".join(p.id for p in parts), "; ".join(p.en for p in parts))


def _names(file: Path, column: str) -> list[str]:
    if not file.is_file():
        raise WrongUse("cli.no_source", source=str(file))
    if file.suffix.lower() in PLAIN:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        return [line.strip() for line in lines if line.strip()]
    try:
        rows = read_table(file)
    except (OSError, ValueError) as error:
        reason = type(error).__name__
        raise UnusableInput(say("names.unreadable", "id", file=file.name, reason=reason)) from error
    if rows and column not in rows[0]:
        raise WrongUse("names.no_column", file=file.name, column=column)
    return [str(row.get(column) or "") for row in rows]


def _row(match: Match, titles: Mapping[str, str]) -> tuple[str, ...]:
    shown = "|".join(f"{c.code}:{c.probability:.4f}" for c in match.candidates)
    code = match.code or ""
    title = titles.get(code, "")
    return (match.name, code, title, f"{match.confidence:.4f}", match.decision, shown)
