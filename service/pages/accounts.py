"""Stage serve: signing in by name and password, and one's own account; in: forms, out: HTML.

What was typed never returns in a page, but for the account's name.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.access import ViewerIn, gate_of
from service.middleware import SESSION_COOKIE
from service.oidc.refusals import WHYS
from service.pages.contexts import PasswordPage
from service.pages.frame import remember, shell_of
from service.pages.live import viewer_of
from service.pages.render import render
from service.pages.sign_on import provider_in, sign_in_page
from service.pages.source import Viewer
from service.passwords import LEAST
from service.problems import Problem
from service.signin import set_session
from training_data.messages import Text, text

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Typed = Annotated[str, Form(max_length=200)]

ASKED = ("wrong_password", "too_many_tries", "invalid")
"""Problems that the form itself answers."""


@router.get("/masuk")
def how_to_sign_in(request: Request) -> Response:
    """Ask for name and password, and explain the link; say why a provider did not open."""
    why = request.query_params.get("sso")
    known = why in WHYS and provider_in(request) is not None
    fault, keep = (text(f"sso.refused.{why}"), (("sso", str(why)),)) if known else (None, ())
    body = render("sign_in.html", shell_of(request, keep=keep), sign_in_page(request, fault))
    return remember(request, HTMLResponse(body))


@router.post("/masuk")
def enter_by_password(request: Request, nama: Typed = "", sandi: Typed = "") -> Response:
    """Sign in, or ask for a new password first."""
    try:
        found = gate_of(request).enter(nama, sandi, _address(request))
    except Problem as problem:
        if problem.code not in ASKED:
            raise
        page = render("sign_in.html", shell_of(request), sign_in_page(request, problem.detail))
        return HTMLResponse(page, problem.status, headers=dict(problem.headers))
    if found.session is None:
        return _password(request, PasswordPage(nama, LEAST, first=True))
    return _entered(request, found.session)


@router.get("/sandi")
def ask_for_password(request: Request, viewer: ViewerIn) -> Response:
    """Show the form for a new password and how many sessions are open."""
    own = gate_of(request).own_account(request.cookies.get(SESSION_COOKIE))
    if own is None:  # who came by a link or a token has no password
        raise Problem("not_found")
    page = PasswordPage(own.login, LEAST, sessions=own.sessions)
    return _password(request, page, viewer=viewer_of(viewer))


@router.post("/sandi")
def replace_password(
    request: Request, nama: Typed = "", sandi: Typed = "", baru: Typed = "", ulang: Typed = ""
) -> Response:
    """Replace a password; whoever knows the old one may, signed in or not."""
    if baru != ulang:
        return _refused(request, nama, text("pages.account.differ"), 422)
    try:
        session = gate_of(request).change_password(nama, sandi, baru, _address(request))
    except Problem as problem:
        if problem.code not in ASKED:
            raise
        return _refused(request, nama, _said(problem), problem.status)
    return _entered(request, session)


@router.post("/sesi/akhiri")
def end_others(request: Request, viewer: ViewerIn) -> Response:
    """End every session of one's account but this one."""
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie is None:
        raise Problem("not_found")
    gate_of(request).end_other_sessions(cookie)
    return RedirectResponse("/sandi", 303)


def _said(problem: Problem) -> Text:
    return problem.faults[0].text if problem.faults else problem.detail


def _refused(request: Request, login: str, fault: Text, status: int) -> Response:
    """Show the form again with what is wrong; whoever is signed in keeps menu and sessions."""
    gate, cookie = gate_of(request), request.cookies.get(SESSION_COOKIE)
    own = gate.own_account(cookie)
    page = PasswordPage(login, LEAST, fault=fault, sessions=None if own is None else own.sessions)
    viewer = None if own is None else viewer_of(gate.admit(None, cookie))
    return _password(request, page, status, viewer)


def _password(
    request: Request, page: PasswordPage, status: int = 200, viewer: Viewer | None = None
) -> Response:
    body = render("password.html", shell_of(request, viewer=viewer), page)
    return remember(request, HTMLResponse(body, status))


def _entered(request: Request, session: str) -> Response:
    response = RedirectResponse("/", 303)
    set_session(request, response, session)
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
