"""``selaras names``: match names to codes, show the queue, decide, learn the confidence anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.console import note, page, result, words
from service.cli.failures import DONE
from service.cli.options import Data, Json, Lang, described

if TYPE_CHECKING:
    from training_data.names.mapping import Waiting

KindOfName = Literal["job", "training", "education", "unit"]

References = Annotated[
    list[Path],
    typer.Option("--reference", metavar="FILE_OR_DIR", help=described("names_reference")),
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=described("names_out"))]
Decisions = Annotated[
    Path | None, typer.Option("--decisions", metavar="FILE", help=described("names_decisions"))
]


def match(
    names: Annotated[Path, typer.Argument(metavar="NAMES_FILE", help=described("names_file"))],
    kind: Annotated[KindOfName, typer.Option("--kind", help=described("names_kind"))],
    reference: References,
    out: Out,
    column: Annotated[
        str, typer.Option("--column", metavar="C", help=described("names_column"))
    ] = "name",
    decisions: Decisions = None,
    lang: Lang = None,
) -> int:
    """Match the names of a file to reference lists."""
    from service.settings import Settings
    from service.usecases.naming import match_file

    done = match_file(
        names,
        out,
        kind=kind,
        references=reference,
        settings=Settings(),
        column=column,
        decisions=decisions,
    )
    count = done.decisions
    note(
        "names.matched",
        names=done.names,
        sure=count.get("sure", 0) + count.get("decided", 0),
        unsure=count.get("unsure", 0),
        unknown=count.get("unknown", 0),
        file=str(done.file),
    )
    return DONE


def queue(
    kind: Annotated[KindOfName | None, typer.Option("--kind", help=described("names_kind"))] = None,
    data: Data = None,
    decisions: Decisions = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Show the names that wait for a person."""
    from service.settings import Settings
    from service.usecases.naming import queue as waiting

    found = waiting(Settings(), data=data, decisions=decisions, kind=kind)
    if as_json:
        from service.usecases.files import as_json as document

        result(document([_plain(one) for one in found]))
    elif not found:
        note("names.queue_empty")
    else:
        _show(found)
    return DONE


def decide(
    kind: Annotated[KindOfName, typer.Argument(metavar="KIND", help=described("names_kind"))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=described("names_name"))],
    code: Annotated[str, typer.Argument(metavar="CODE|none", help=described("names_code"))],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help=described("names_by"))],
    lang: Lang = None,
) -> int:
    """Decide what a name stands for."""
    from service.settings import Settings
    from service.usecases.naming import decide as keep

    chosen = keep(Settings(), kind, name, code, by=by)
    if chosen is None:
        note("names.decided_none", name=name)
    else:
        note("names.decided", name=name, code=chosen)
    return DONE


def calibrate(
    labelled: Annotated[Path, typer.Argument(metavar="FILE", help=described("names_labelled"))],
    reference: References,
    out: Out,
    lang: Lang = None,
) -> int:
    """Learn the parameters of confidence from names matched by hand."""
    from service.settings import Settings
    from service.usecases.naming import calibrate as learn

    found = learn(labelled, out, references=reference, settings=Settings())
    note(
        "names.calibrated",
        file=str(out),
        names=found.names,
        automatic=found.automatic,
        precision=found.precision,
        recall=found.recall,
        error=found.calibration_error,
    )
    return DONE


def _show(found: tuple[Waiting, ...]) -> None:
    from rich.text import Text as Line

    from service.usecases.naming import differs

    with page() as out:
        for one in found:
            kind = words(f"names.kind.{one.kind}")
            line = words("names.queue_line", name=one.name, kind=kind, rows=one.rows)
            out.print(Line(line, style="bold"))
            for candidate in one.candidates:
                what = differs(candidate)
                said = "" if what is None else words("names.differs", what=what)
                line = words(
                    "names.candidate",
                    code=candidate.code,
                    title=candidate.title,
                    probability=candidate.probability,
                    differs=said,
                )
                out.print(Line("  " + line))


def _plain(one: Waiting) -> dict[str, object]:
    from service.usecases.naming import differs

    return {
        "kind": one.kind,
        "name": one.name,
        "rows": one.rows,
        "candidates": [
            {
                "code": c.code,
                "title": c.title,
                "probability": c.probability,
                "differs": None if (what := differs(c)) is None else what.as_dict(),
            }
            for c in one.candidates
        ],
    }
