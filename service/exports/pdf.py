"""A print page as PDF, where the extra ``pdf`` is installed; made in a process of its own.

In: HTML and the stylesheet. Out: the bytes of a PDF. Nothing that a page names is fetched, neither
from the network nor from this machine: a document holds its own words and nothing else. What the
drawing takes of memory and time, or breaks, stays in that process.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from threading import BoundedSemaphore

SECONDS = 120
"""After which a document is given up."""
MOST_ROWS = 2_000
"""Lines of tables that are drawn; longer documents are read as a workbook."""

LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0",
             "libfontconfig.so.1")  # fmt: skip
"""What WeasyPrint draws with; Debian packs them as libpango-1.0-0 and libpangoft2-1.0-0."""

_TURN = BoundedSemaphore(1)


class PdfUnfinished(Exception):
    """The document could not be drawn, or not in time."""


@cache
def available() -> bool:
    """Whether PDFs can be made here: the extra is installed, and the libraries it draws with."""
    if find_spec("weasyprint") is None:
        return False
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def drawn(html: str, style: str) -> bytes:
    """Return a page as PDF; one at a time, for drawing takes a processor for itself.

    Raises:
        PdfUnfinished: see there.
    """
    given = json.dumps({"html": html, "style": style}).encode()
    command = [sys.executable, "-c", "from service.exports.pdf import main; main()"]
    with _TURN:
        try:
            done = subprocess.run(
                command, input=given, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise PdfUnfinished from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise PdfUnfinished
    return done.stdout


def main() -> None:
    """Read a page as JSON from stdin and write the PDF to stdout."""
    given = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_draw(given["html"], given["style"]))


def _draw(html: str, style: str) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        """Fetches nothing at all: by default files of this machine would be read."""

        def fetch(self, url: str, headers: object = None) -> object:
            raise ValueError("Nothing is fetched for a document.")

    fetcher = Nothing()
    page = HTML(string=html, url_fetcher=fetcher)
    sheet = CSS(string=style, url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[sheet], presentational_hints=True)
    return made
