"""Options that several commands share: named, typed and described once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from service.cli.console import LANGUAGE, environment_language
from training_data.messages import LANGUAGES, say

KindName = Literal["training", "role"]


def described(code: str, /) -> str:
    """Return the words of a help text."""
    return say(f"cli.help.{code}", environment_language())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(described("bad_day")) from None


def _choose_language(chosen: str | None) -> str | None:
    if chosen is not None:
        if chosen not in LANGUAGES:
            raise typer.BadParameter(described("bad_language"))
        LANGUAGE.set(chosen)
    return chosen


Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help=described("data"))]
Model = Annotated[Path | None, typer.Option("--model", metavar="DIR", help=described("model"))]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", parser=_day, help=described("as_of")),
]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help=described("seed"))]
K = Annotated[int, typer.Option("--k", min=1, max=10_000, metavar="N", help=described("k"))]
Json = Annotated[bool, typer.Option("--json", help=described("json"))]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="id|en", help=described("lang"), callback=_choose_language, is_eager=True
    ),
]
Employee = Annotated[str, typer.Argument(metavar="EMPLOYEE", help=described("employee"))]
EngineOption = Annotated[
    Literal["local", "joblib", "dask"], typer.Option("--engine", help=described("engine"))
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, metavar="N", help=described("workers"))
]
Scheduler = Annotated[
    str | None, typer.Option("--scheduler", metavar="ADDRESS", help=described("scheduler"))
]
