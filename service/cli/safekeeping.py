"""``selaras backup`` and ``restore``: the installation kept safe in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import note, progress
from service.cli.failures import DONE, REFUSED
from service.cli.options import Lang, described


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=described("backup_file"))],
    lang: Lang = None,
) -> int:
    """Save the installation in one file."""
    from service.auditing import of_command_line
    from service.settings import Settings
    from service.usecases.backing_up import back_up

    with progress() as tell:
        made = back_up(Settings(), file, of_command_line(), tell)
    held = made.manifest
    note(
        "backup.made",
        file=str(file),
        mib=made.bytes / (1 << 20),
        rows=held.rows,
        tables=len(held.tables),
        files=len(held.files),
    )
    for folder in made.outside:
        note("backup.outside", folder=str(folder))
    if not made.recorded:
        note("backup.not_recorded")
    if held.missing:
        note("backup.missing", numbers=", ".join(map(str, held.missing)))
    return REFUSED if held.missing else DONE


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=described("restore_file"))],
    lang: Lang = None,
) -> int:
    """Put a backup back into an empty home and an empty database."""
    from service.settings import Settings
    from service.usecases.restoring import restore as put_back

    settings = Settings()
    with progress() as tell:
        done = put_back(settings, file, tell)
    held = done.manifest
    note(
        "backup.restored",
        at=held.made_at.strftime("%Y-%m-%d %H:%M"),
        home=str(settings.home),
        rows=held.rows,
        tables=len(held.tables),
        files=len(held.files),
    )
    if held.missing:
        note("backup.restored_missing", numbers=", ".join(map(str, held.missing)))
    if done.trail.broken is not None:
        note("backup.trail_broken", number=str(done.trail.broken))
    return REFUSED if held.missing or done.trail.broken is not None else DONE
