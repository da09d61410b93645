"""``selaras generations``: published rankings listed, and the one before put in force again."""

from __future__ import annotations

from typing import Any

from service.cli.console import note, result, words
from service.cli.failures import DONE
from service.cli.options import Json, Lang


def list_generations(as_json: Json = False, lang: Lang = None) -> int:
    """Print the latest generations, newest first."""
    from service.database.generations import listed
    from service.settings import Settings
    from service.usecases.files import as_json as document
    from service.usecases.sources import open_database

    found = listed(open_database(Settings()))
    if as_json:
        result(document({"generations": [_plain(one) for one in found]}))
    elif not found:
        note("generations.none")
    for one in () if as_json else found:
        state = words(f"generations.state.{one.state}")
        figures = {"people": one.people or 0, "items": one.items or 0}
        result(
            words(
                "generations.line",
                number=str(one.number),
                state=state,
                as_of=one.as_of.isoformat(),
                **figures,
            )
        )
    return DONE


def rollback(lang: Lang = None) -> int:
    """Put the generation before in force again."""
    from service.auditing import of_command_line
    from service.database.generations import roll_back
    from service.settings import Settings
    from service.usecases.sources import open_database

    note(
        "generations.rolled_back",
        number=str(roll_back(open_database(Settings()), of_command_line())),
    )
    return DONE


def _plain(one: Any) -> dict[str, Any]:
    """Return a generation as JSON values."""
    return {
        "number": one.number,
        "state": one.state,
        "as_of": one.as_of.isoformat(),
        "published_at": one.published_at.isoformat() if one.published_at else None,
        "people": one.people,
        "items": one.items,
        "data": one.data,
        "model": one.model,
        "rules": one.rules,
    }
