"""Stage serve: language, look and frame of a page; in: a request, out: its ``Shell``.

Language and look are chosen by a link or button carrying ``bahasa`` or ``tampilan`` and remembered
in two cookies that hold nothing else. Indonesian and the system's look are the default.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from service.pages.contexts import Shell, Twin
from service.pages.source import Source, Viewer

LANGUAGES = ("id", "en")
THEMES = ("auto", "light", "dark")
COOKIES = {"bahasa": ("selaras_bahasa", LANGUAGES), "tampilan": ("selaras_tampilan", THEMES)}
YEAR_SECONDS = 365 * 24 * 3600


def shell_of(
    request: Request,
    source: Source | None = None,
    *,
    twins: tuple[Twin, ...] = (),
    keep: tuple[tuple[str, str], ...] = (),
    resend: tuple[tuple[str, str], ...] | None = None,
    viewer: Viewer | None = None,
) -> Shell:
    """Return the frame of a page; without a source nobody is signed in, unless ``viewer`` says who.

    A page that does not rest on a generation has no source.
    """
    return Shell(
        language=_chosen(request, "bahasa"),
        theme=_chosen(request, "tampilan"),
        brand=getattr(request.app.state, "brand", "selaras"),
        path=request.url.path,
        viewer=source.viewer if source else viewer,
        basis=source.basis if source else None,
        twins=twins,
        keep=keep,
        resend=resend,
    )


def remember(request: Request, response: Response) -> Response:
    """Keep a language or look chosen by this request's address for later ones."""
    for name, (cookie, allowed) in COOKIES.items():
        value = request.query_params.get(name)
        if value in allowed:
            response.set_cookie(
                cookie, value, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="lax"
            )
    return response


def _chosen(request: Request, name: str) -> str:
    cookie, allowed = COOKIES[name]
    for value in (request.query_params.get(name), request.cookies.get(cookie)):
        if value in allowed:
            return value
    return allowed[0]
