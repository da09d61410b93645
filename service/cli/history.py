"""``selaras history``: training history in the shape of SIASN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from service.cli.console import note
from service.cli.failures import DONE
from service.cli.options import Lang, described

Shape = Literal["rw_kursus", "rw_diklat"]


def history(
    out: Annotated[Path, typer.Argument(metavar="FILE", help=described("history_out"))],
    shape: Annotated[Shape, typer.Option("--shape", help=described("history_shape"))],
    unit: Annotated[str, typer.Option("--unit", metavar="U", help=described("history_unit"))] = "",
    year: Annotated[
        int | None,
        typer.Option("--year", min=1900, max=9998, metavar="Y", help=described("history_year")),
    ] = None,
    verified: Annotated[
        Literal["yes", "no"] | None, typer.Option("--verified", help=described("history_verified"))
    ] = None,
    lang: Lang = None,
) -> int:
    """Write training history in the shape of SIASN."""
    from service.history import HistoryWish
    from service.settings import Settings
    from service.usecases.errors import WrongUse
    from service.usecases.siasn import FORMATS, write_history
    from training_data.siasn import load_shapes

    suffix = out.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise WrongUse("siasn.suffix", file=out.name)
    settings = Settings()
    marked = None if verified is None else verified == "yes"
    wish = HistoryWish(shape, suffix, unit, year, marked)  # type: ignore[arg-type]
    rows = write_history(settings, out, wish)
    note("siasn.written", rows=rows, shape=shape, file=str(out))
    fields = load_shapes(settings.siasn_shapes).unverified[shape]
    if fields:
        note("siasn.unverified", fields=", ".join(fields))
    return DONE
