"""Stage serve: documents become pages; in: a ``Report`` or jobs, out: typed contexts to draw.

Every number is written as the workbook shows it, so that paper, screen and workbook say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from recommender.reports.tables import Cell, Facts, Report, Sheet, Signer, Table
from service.documents import DocumentKind, Wanted
from service.exports.pdf import MOST_ROWS
from service.exports.printed import Printed
from service.jobs import Job
from service.pages import words
from service.pages.job_views import JobView, job_view
from training_data.messages import Text, text

PRINTED_ROWS = 20_000
"""Lines of tables that a print page holds; longer documents are read as a workbook."""

_PATTERNS = {"whole": "#,##0", "number": "0.###", "rupiah": "#,##0", "percent": "#,##0.0"}


@dataclass(frozen=True)
class Shown:
    """One cell as it is read: lines of words, and whether it is a number."""

    lines: tuple[str, ...]
    number: bool = False


@dataclass(frozen=True)
class Head:
    """One column: its heading and its share of the width in percent."""

    label: str
    number: bool
    width: int


@dataclass(frozen=True)
class TableView:
    """A table; ``name`` tells those of a sheet apart where they have no title of their own."""

    title: str | None
    name: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Shown, ...], ...]
    totals: tuple[Shown, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FactsView:
    """Labels and what stands beside them; None is room to write."""

    title: str | None
    rows: tuple[tuple[str, Shown | None], ...]


@dataclass(frozen=True)
class SheetView:
    """One sheet, which begins on a page of its own."""

    name: str
    title: tuple[str, ...]
    blocks: tuple[TableView | FactsView, ...]
    signers: tuple[tuple[str, ...], ...]
    dated: str
    numbered: bool


@dataclass(frozen=True)
class Paper:
    """A document as a print page and as PDF.

    Attributes:
        seen: viewer and time where the document is confidential, else None.
        bare: without what is for the screen only.
        base: address below which the workbook and the PDF are; ``back`` that of the page before.
        pdf: a PDF can be made.
    """

    title: str
    as_of: str
    sheets: tuple[SheetView, ...]
    seen: str | None
    base: str
    back: str
    pdf: bool
    query: str = ""
    bare: bool = False


@dataclass(frozen=True)
class Made:
    """One document in the list.

    Attributes:
        about: what it was asked for, in a line.
        day: the day its data are from.
        ready: it can be read; ``gone`` it was removed meanwhile.
        printable, pdf: it is short enough for a print page and for PDF.
    """

    job: JobView
    kind: DocumentKind
    about: str
    day: date | None = None
    ready: bool = False
    gone: bool = False
    printable: bool = False
    pdf: bool = False


@dataclass(frozen=True)
class Form:
    """What a document may be asked for.

    Attributes:
        kind: the document; ``typed`` what was chosen, by the name of its field.
        units: code and name; ``whole`` the whole agency may be chosen.
        years: that may be chosen; none where the document has no year.
        codes: sessions, trainings or posts to choose from, by code.
    """

    kind: DocumentKind
    units: tuple[tuple[str, str], ...]
    whole: bool
    years: tuple[int, ...] = ()
    quarters: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    fixed: str = ""
    typed: dict[str, str] | None = None
    fault: Text | None = None


@dataclass(frozen=True)
class DocumentsPage:
    """What can be asked for, the form of one, and the viewer's earlier documents.

    Attributes:
        shown: the document whose page it is.
        extra: the extra for PDF is installed.
    """

    kinds: tuple[DocumentKind, ...]
    earlier: tuple[Made, ...]
    form: Form | None = None
    shown: Made | None = None
    extra: bool = True


def paper_of(
    report: Report, printed: Printed, base: str, back: str, *, pdf: bool, query: str = ""
) -> Paper:
    """Return a document in one language."""
    language = printed.language
    seen = printed.seen if report.secret else None
    return Paper(
        report.title.in_language(language),
        text("report.as_of", day=report.day).in_language(language),
        tuple(_sheet(sheet, report.day, printed) for sheet in report.sheets),
        None if seen is None else seen.in_language(language),
        base,
        back,
        pdf and report.rows <= MOST_ROWS,
        query,
    )


def made_of(
    job: Job, zone: tzinfo | None, names: dict[str, str], language: str, *, there: bool, extra: bool
) -> Made:
    """Describe a document that was asked for.

    Parameters:
        names: of units, by code.
        there: its files lie ready.
        extra: PDFs can be made here.
    """
    wanted = Wanted.of(job.asked)
    result = job.result or {}
    rows = int(result.get("rows", 0))
    ready = job.state == "done" and there
    return Made(
        job_view(job, zone),
        wanted.kind,
        _about(wanted, names, language),
        date.fromisoformat(result["as_of"]) if ready else None,
        ready=ready,
        gone=job.state == "done" and not there,
        printable=ready and rows <= PRINTED_ROWS,
        pdf=ready and extra and rows <= MOST_ROWS,
    )


def _about(wanted: Wanted, names: dict[str, str], language: str) -> str:
    parts = [
        text("report.whole_agency").in_language(language)
        if wanted.unit is None
        else names.get(wanted.unit, wanted.unit)
    ]
    named = (wanted.session, wanted.post, wanted.year, wanted.allocation)
    parts += [str(v) for v in named if v is not None]
    if wanted.quarter is not None:
        said = text("pages.document.quarter_of", quarter=wanted.quarter)
        parts.append(said.in_language(language))
    return " · ".join(parts)


def _sheet(sheet: Sheet, day: date, printed: Printed) -> SheetView:
    language = printed.language
    place = printed.place or text("report.sign.place")
    return SheetView(
        sheet.name.in_language(language),
        tuple(line.in_language(language) for line in sheet.title),
        tuple(
            _facts(block, language)
            if isinstance(block, Facts)
            else _table(block, sheet, number, language)
            for number, block in enumerate(sheet.blocks, 1)
        ),
        tuple(_signer(signer, language) for signer in sheet.signers),
        text("report.sign.dated", place=place, day=day).in_language(language),
        sheet.numbered,
    )


def _signer(signer: Signer, language: str) -> tuple[str, ...]:
    """Return role, office, name and NIP; dots where they are not known."""
    nip = text("report.sign.nip", nip=signer.nip) if signer.nip else text("report.sign.nip_blank")
    lines = (signer.role, signer.office or "", signer.name or text("report.sign.blank"), nip)
    return tuple(one if isinstance(one, str) else one.in_language(language) for one in lines)


def _facts(facts: Facts, language: str) -> FactsView:
    return FactsView(
        None if facts.title is None else facts.title.in_language(language),
        tuple(
            (label.in_language(language), None if value is None else cell(value, "text", language))
            for label, value in facts.rows
        ),
    )


def _table(table: Table, sheet: Sheet, number: int, language: str) -> TableView:
    kinds = [column.kind for column in table.columns]
    whole = sum(column.width for column in table.columns)

    def line(cells: Sequence[Cell]) -> tuple[Shown, ...]:
        return tuple(cell(one, kind, language) for one, kind in zip(cells, kinds, strict=True))

    return TableView(
        None if table.title is None else table.title.in_language(language),
        f"{sheet.name.in_language(language)} {number}",
        tuple(
            Head(c.head.in_language(language), c.kind != "text", max(3, 100 * c.width // whole))
            for c in table.columns
        ),
        tuple(map(line, table.rows)),
        line(table.totals) if table.totals and table.rows else (),
        tuple(note.in_language(language) for note in table.notes),
    )


def cell(value: Cell, kind: str, language: str) -> Shown:
    """Return a cell as it is read; a name or a NIP stays as it is."""
    if value is None:
        return Shown(())
    if isinstance(value, Text | str):
        said = value if isinstance(value, str) else value.in_language(language)
        return Shown(tuple(said.split("\n")))
    if isinstance(value, date):
        return Shown((words.day(value, language),))
    said = words.number(value, language, _PATTERNS.get(kind, _PATTERNS["number"]))
    if kind == "percent":
        said += "%"
    if kind == "rupiah":
        # The workbook's currency is Indonesian whatever the language.
        said = "Rp" + words.number(value, "id", _PATTERNS["rupiah"])
    return Shown((said,), number=True)
