"""Stage serve: the figures HR speaks as views; in: a person's figures, out: values in words."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from service.pages.contexts import FigurePartView, FigureView
from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.figures.facade import PersonFigures
    from recommender.figures.results import Category, Figure, Ground, Part

FULL = 100.0
_UNSURE = ("perlu_verifikasi",)


def figure_views(figures: PersonFigures | None) -> tuple[FigureView, ...] | None:
    """Describe every figure the viewer may see; None where they read none."""
    return None if figures is None else tuple(figure_view(figure) for figure in figures)


def figure_view(figure: Figure) -> FigureView:
    """Describe one figure."""
    guidance = figure.details.get("guidance")
    return FigureView(
        figure.name,
        figure.label,
        _shown(figure),
        figure.state not in _UNSURE,
        (*_tags(figure), *(_bands(list(c)) for _, c in groupby(figure.categories, _scheme))),
        figure.text,
        figure.all_notes,
        tuple(_part(part, figure) for part in figure.parts),
        _cited(figure.ground),
        figure.ground.mark if figure.ground else "",
        tuple(Text(**one) for one in guidance["actions"]) if guidance else (),
        Text(**guidance["text"]) if guidance else None,
        tuple(Text(title, title) for title in figure.details.get("favoured", ())),
    )


def _scheme(category: Category) -> str:
    return category.scheme


def _tags(figure: Figure) -> tuple[Text, ...]:
    """Say in a word where hours and assessment stand."""
    known = figure.details
    if figure.unit == "date":
        return (text("pages.figures.valid", valid=known["valid"], asked=known["asked"]),)
    if known.get("warning"):
        return (text("pages.figures.above_cap"),)
    if known.get("met") is not None:
        return (text("pages.figures.met" if known["met"] else "pages.figures.not_met"),)
    return ()


def _shown(figure: Figure) -> Text:
    """Write the value, the interval, or why there is none."""
    if figure.state == "tidak_diukur":
        return text("pages.figures.not_measured")
    if figure.unit == "date":
        return _until(figure)
    if figure.low is None or figure.state == "belum_ada":
        return text("pages.figures.none")
    if figure.unit == "jp":
        limit = figure.details.get("target", figure.details.get("cap"))
        return text("pages.figures.jp_of", value=figure.low, limit=limit)
    most = FULL if figure.unit == "percent" else float("inf")
    kind = "percent" if figure.unit == "percent" else "number"
    low, high = min(figure.low, most), min(figure.high or figure.low, most)
    if low == high:
        return text(f"pages.figures.{kind}", value=round(low, 1))
    return text(f"pages.figures.{kind}_interval", low=round(low, 1), high=round(high, 1))


def _until(figure: Figure) -> Text:
    day = figure.details["valid_until"]
    if day is None:
        return text("pages.figures.none")
    code = "pages.figures.expired" if figure.details["expired"] else "pages.figures.until"
    return text(code, day=date.fromisoformat(day))


def _bands(categories: list[Category]) -> Text:
    """Write the band, or the lowest and the highest an interval touches."""
    if len(categories) == 1:
        return categories[0].name
    return text("pages.figures.or", low=categories[0].name, high=categories[-1].name)


def _part(part: Part, figure: Figure) -> FigurePartView:
    ground = part.ground
    if ground and figure.ground and _words(ground) == _words(figure.ground):
        ground = None  # what the whole figure rests on stands once, below the parts
    return FigurePartView(
        part.label,
        _counts(part),
        part.text,
        _cited(ground),
        ground.mark if ground else "",
    )


def _counts(part: Part) -> Text | None:
    """Write what a part counts; what is not known is said to be so."""
    if part.value is not None:
        return text("pages.figures.number", value=round(part.value, 2))
    if part.low is not None and part.high is not None:
        return text(
            "pages.figures.number_interval", low=round(part.low, 2), high=round(part.high, 2)
        )
    return text("pages.figures.unknown") if part.maximum is not None else None


def _words(ground: Ground) -> tuple[str, str, str]:
    return ground.regulation, ground.article, ground.mark


def _cited(ground: Ground | None) -> Text | None:
    if ground is None:
        return None
    article = " ".join(part for part in (ground.regulation, ground.article) if part)
    return Text(article, article)
