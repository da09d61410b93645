"""Stage serve: errors as pages; in: a request and its problem, out: HTML in the common look."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.access import viewer as caller
from service.pages.contexts import FirstSteps, ProblemPage
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.pages.sign_on import sign_in_page
from service.problems import Problem
from service.visibility import Right
from training_data.messages import entries, say

NOTHING_YET = "no_generation"
"""Reason of a service that has never published anything."""


async def problem_page(request: Request, problem: Problem) -> Response:
    """Return the problem as a page; somebody not signed in is shown how to get in."""
    shell = shell_of(request)
    if problem.code == "unauthenticated":
        if request.url.path.startswith("/masuk/"):
            page = sign_in_page(request, refused=True)
            return HTMLResponse(render("sign_in.html", shell, page), 401)
        return RedirectResponse("/masuk", 303)
    if any(fault.code == NOTHING_YET for fault in problem.faults):
        return await _first_steps(request, problem)
    known = f"pages.problem.{problem.status}.help"
    code = known if known in entries() else "pages.problem.other.help"
    shown = ProblemPage(
        problem.status,
        problem.title.in_language(shell.language),
        problem.detail.in_language(shell.language),
        say(code, shell.language),
    )
    answer = HTMLResponse(render("problem.html", shell, shown), problem.status)
    answer.headers.update(_kept(problem))
    return remember(request, answer)


async def _first_steps(request: Request, problem: Problem) -> Response:
    """Return what to do where nothing was ever published: a new installation is no fault."""
    known = await caller(request)
    viewer = viewer_of(known)
    shown = FirstSteps(viewer.may_import, known.may(Right.RANK))
    page = render("first_steps.html", shell_of(request, viewer=viewer), shown)
    answer = HTMLResponse(page, problem.status)
    answer.headers.update(_kept(problem))
    return remember(request, answer)


def _kept(problem: Problem) -> dict[str, str]:
    """Return the headers the problem brings, such as ``Retry-After``."""
    held = problem.response().headers
    return {name: held[name] for name in ("retry-after", "allow") if name in held}
