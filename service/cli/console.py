"""The terminal: messages to stderr, results to stdout, progress on a terminal only.

In: codes of the catalogue and values. Out: lines in the language of the person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from training_data.messages import LANGUAGES, Text, entries, say

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and the total."""

STAGES = frozenset(
    code.removeprefix("cli.stage.") for code in entries() if code.startswith("cli.stage.")
)
PIPE_WIDTH = 100


def environment_language() -> str:
    """Return ``id`` or ``en`` as ``SELARAS_LANG`` asks.

    Read here and not through the settings: ``--help`` needs it, and must start at once.
    """
    asked = os.environ.get("SELARAS_LANG", "")[:2].lower()
    return asked if asked in LANGUAGES else "id"


LANGUAGE: ContextVar[str] = ContextVar("language", default="")


def language() -> str:
    """Return the language of the running command."""
    return LANGUAGE.get() or environment_language()


def words(code: str, /, **values: Any) -> str:
    """Return a sentence in the language of the running command."""
    return say(code, language(), **values)


def note(code: str, /, **values: Any) -> None:
    """Print a sentence for the person; never part of the result."""
    print(words(code, **values), file=sys.stderr)


def note_text(sentence: Text | str) -> None:
    """Print a sentence that was worded elsewhere."""
    shown = sentence if isinstance(sentence, str) else sentence.in_language(language())
    print(shown, file=sys.stderr)


def result(text: str) -> None:
    """Print a result, ended by exactly one newline."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


@contextmanager
def page() -> Iterator[Console]:
    """Give a rich console for a result; without colours or terminal width in a pipe."""
    from rich.console import Console

    out = Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else PIPE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with out.capture() as held:
        yield out
    # Indented blocks are padded to their width, which a pipe would carry along.
    result("\n".join(line.rstrip() for line in held.get().splitlines()))


@contextmanager
def progress() -> Iterator[Progress | None]:
    """Give a progress callback that draws bars on a terminal; ``None`` in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bars = Bars(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, Any] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            shown = words(f"cli.stage.{stage}") if stage in STAGES else stage
            tasks[stage] = bars.add_task(shown, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    with bars:
        yield tell
