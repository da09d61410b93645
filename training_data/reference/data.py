"""Where the facts lie: reads the JSON files beside this module, once each."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def read(*parts: str) -> Any:
    """Return the parsed JSON file ``parts`` (path inside this package, ending in ``.json``).

    Callers must not change what they get: it is shared.

    Raises:
        KeyError: there is no such file.
    """
    file = resources.files("training_data.reference").joinpath(*parts)
    if not file.is_file():
        raise KeyError("/".join(parts))
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def file_names(folder: str) -> tuple[str, ...]:
    """Return the names of the JSON files in ``folder``, sorted."""
    found = resources.files("training_data.reference").joinpath(folder).iterdir()
    return tuple(sorted(f.name for f in found if f.name.endswith(".json")))
