"""Results as files: written under a temporary name, made durable and renamed.

In: a target and whoever writes it. Out: the whole file, or the file that was there before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.usecases.errors import WrongUse


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a temporary path in the target's folder; rename it once the block has ended well.

    Raises:
        WrongUse: the folder does not exist, or the target is a folder.
    """
    if not target.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(target.parent))
    if target.is_dir():
        raise WrongUse("cli.is_folder", file=str(target))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(target: Path, document: Mapping[str, Any], mode: int | None = None) -> None:
    """Write a document as indented JSON, whole.

    Parameters:
        mode: who may read it; by default as the system says.
    """
    with written_whole(target) as temporary:
        if mode is not None:
            temporary.touch(mode)
        temporary.write_text(as_json(document), encoding="utf-8")


def as_json(document: Any) -> str:
    """Return indented JSON with a newline at its end; letters stay as they are."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
