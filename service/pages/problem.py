"""Stage serve: errors as pages; in: a request and its problem, out: HTML in the common look."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.pages.contexts import ProblemPage
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.pages.sign_on import sign_in_page
from service.problems import Problem
from training_data.messages import entries, say


async def problem_page(request: Request, problem: Problem) -> Response:
    """Return the problem as a page; somebody not signed in is shown how to get in."""
    shell = shell_of(request)
    if problem.code == "unauthenticated":
        if request.url.path.startswith("/masuk/"):
            page = sign_in_page(request, refused=True)
            return HTMLResponse(render("sign_in.html", shell, page), 401)
        return RedirectResponse("/masuk", 303)
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


def _kept(problem: Problem) -> dict[str, str]:
    """Return the headers the problem brings, such as ``Retry-After``."""
    held = problem.response().headers
    return {name: held[name] for name in ("retry-after", "allow") if name in held}
