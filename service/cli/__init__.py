"""The command line ``selaras``: reads arguments, calls a use case, prints what it answers.

Importing this stays quick; each command imports what it needs when it runs.
"""

from __future__ import annotations


def main() -> None:
    """Run ``selaras`` with the arguments of the process; ends the process."""
    from service.cli.app import app

    app(prog_name="selaras")
