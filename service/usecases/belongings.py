"""What of the home folder belongs in a backup, beside the database.

In: settings and the generations that are whole. Out: folders and files by their paths below the
home. Exports and what is temporary can be made again and stay out; so does what lies elsewhere.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.database.snapshots import snapshot_folders
from service.settings import Settings

KEYS_AND_NOTES = ("*.key", "*.json")
"""Files directly in the home: the installation key, and what is noted about the home."""


@dataclass(frozen=True)
class Belongings:
    """Paths below the home, and what is not there.

    Attributes:
        folders: the outer ones first.
        missing: generations whose folder is not there.
    """

    folders: tuple[str, ...]
    files: tuple[str, ...]
    missing: tuple[int, ...]


def belongings(settings: Settings, generations: Sequence[int]) -> Belongings:
    """Return what there is to be saved."""
    home = settings.home.absolute()
    roots = {number: snapshot_folders(home, number).root for number in generations}
    missing = tuple(number for number, root in roots.items() if not root.is_dir())
    folders = set[Path]()
    files = {file for pattern in KEYS_AND_NOTES for file in home.glob(pattern)}
    for root in (*roots.values(), *_inside(settings)):
        for path, below, names in os.walk(root):
            below[:] = [name for name in below if not name.startswith(".")]
            folders.add(Path(path))
            files |= {Path(path, name) for name in names if not name.startswith(".")}
    folders |= {above for folder in folders for above in folder.parents if home in above.parents}
    return Belongings(
        tuple(sorted(one.relative_to(home).as_posix() for one in folders)),
        tuple(sorted(one.relative_to(home).as_posix() for one in files if one.is_file())),
        missing,
    )


def outside(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of models and rules that lie elsewhere and have to be saved apart."""
    return tuple(one for one in _places(settings) if one not in _inside(settings))


@contextmanager
def models_at_rest(settings: Settings) -> Iterator[None]:
    """Keep the registry of models as it is, where it lies in the home."""
    lock = settings.models.absolute() / ".lock"
    if settings.models.absolute() not in _inside(settings) or not lock.is_file():
        yield
        return
    with lock.open("r") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        yield


def _places(settings: Settings) -> list[Path]:
    """Return the folders of models and of the agency's rules, where they hold anything."""
    # In a checkout the models of the settings are not those of the home.
    models = {settings.models.absolute(), settings.home.absolute() / "models"}
    # The folder of models in a checkout holds a page about itself.
    places = [m for m in sorted(models) if m.is_dir() and any(one.is_dir() for one in m.iterdir())]
    rules = settings.rules_dir
    return places if rules is None or not rules.is_dir() else [*places, rules.absolute()]


def _inside(settings: Settings) -> list[Path]:
    home = settings.home.absolute()
    return [one for one in _places(settings) if home in one.parents]
