"""The files of a generation: its data, its model and its manifest, whole or not there.

In: a dataset, a model folder, a manifest. Out: ``home/generations/N`` with ``data/``, ``model/``,
``manifest.json`` and what the next ranking needs of this one, on disk for good before its number
can become the current one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_data.dataset import Dataset


@dataclass(frozen=True)
class Folders:
    """Where the parts of a generation lie; ``model`` may be absent."""

    root: Path

    @property
    def data(self) -> Path:
        """The dataset, for ``Dataset.read``."""
        return self.root / "data"

    @property
    def model(self) -> Path:
        """The copy of the model folder the generation was ranked with."""
        return self.root / "model"

    def record(self, kind: str) -> Path:
        """What the ranking of a kind left for the next one."""
        return self.root / f"basis-{kind}.parquet"

    @property
    def manifest(self) -> Path:
        """What the generation was made of, as JSON."""
        return self.root / "manifest.json"


def snapshot_folders(home: Path, number: int) -> Folders:
    """Return the folders of generation ``number``."""
    return Folders(home / "generations" / str(number))


def write_snapshot(
    home: Path,
    number: int,
    dataset: Dataset,
    manifest: Mapping[str, Any],
    model_folder: Path | None,
    beside: Callable[[Folders], None] | None = None,
) -> None:
    """Write the files of a generation under a temporary name, make them durable, rename.

    Parameters:
        beside: writes further files of the generation into its folder.
    """
    final = snapshot_folders(home, number).root
    final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = Folders(final.with_name(f".{number}.tmp"))
    temporary.root.mkdir(mode=0o700)
    dataset.write(temporary.data)
    if model_folder is not None:
        shutil.copytree(model_folder, temporary.model)
    if beside is not None:
        beside(temporary)
    written = json.dumps(dict(manifest), ensure_ascii=False, indent=2, sort_keys=True)
    temporary.manifest.write_text(written + "\n", encoding="utf-8")
    _make_durable(temporary.root)
    os.rename(temporary.root, final)
    _sync(final.parent)


def remove_snapshot(home: Path, number: int) -> None:
    """Remove what there is of a generation's files."""
    final = snapshot_folders(home, number).root
    doomed = final.with_name(f".{number}.tmp")
    if final.exists():
        # Renamed first, so that a half-removed folder never looks like a whole one.
        shutil.rmtree(doomed, ignore_errors=True)
        os.rename(final, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    """Flush every file and folder below ``folder`` to the disk, leaves first."""
    for path, _, files in os.walk(folder, topdown=False):
        for name in files:
            file = Path(path, name)
            file.chmod(0o600)
            _sync(file)
        os.chmod(path, 0o700)
        _sync(Path(path))


def _sync(path: Path) -> None:
    """Flush one file or folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
