"""Stage serve: to the provider of single sign-on and back; in: a browser, out: redirects and pages.

Whatever happens there, the browser ends on one of our own pages: the first one, or the one to sign
in with a sentence. No address comes from the request, and a code never stays in the address bar.
"""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.api.access import gate_of
from service.oidc.flow import LASTS_SECONDS
from service.oidc.provider import BACK, Provider
from service.oidc.refusals import Refused
from service.pages.contexts import SignedOutPage, SignInPage
from service.pages.frame import remember, shell_of
from service.pages.render import render
from service.problems import Problem
from service.signin import HOME, SIGN_IN_PATH, SIGNED_OUT_PATH, is_secure, set_session
from training_data.messages import Text

SSO = logging.getLogger("selaras.sso")

PATH = "/sso"
FLOW_COOKIE = "selaras_sso"

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get(PATH)
def sign_on(request: Request) -> Response:
    """Send the browser to the provider."""
    provider = _provider(request)
    try:
        flow = provider.begin()
        language = shell_of(request).language
        address = provider.address(flow, _own(request, provider, BACK), language)
    except Refused as refused:
        return _refused(request, refused)
    response = _leave(address)
    # Lax, not Strict: it has to come along when the provider sends the browser back.
    response.set_cookie(
        FLOW_COOKIE,
        flow.cookie,
        max_age=LASTS_SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return response


@router.get(BACK)
def come_back(request: Request) -> Response:
    """Open a session for whom the provider vouches for, or say why not."""
    provider = _provider(request)
    brought = request.query_params
    try:
        flow = provider.resume(request.cookies.get(FLOW_COOKIE), brought.get("state", ""))
        person = provider.person(flow, _own(request, provider, BACK), brought)
        session = gate_of(request).arrive(person)
    except Refused as refused:
        return _refused(request, refused)
    response = _leave(HOME)
    _forget(request, response)
    set_session(request, response, session)
    return response


@router.get(SIGNED_OUT_PATH)
def signed_out(request: Request) -> Response:
    """Say that the session ended, and offer to end the one at the provider."""
    provider = _provider(request)
    address = provider.logout(_own(request, provider, SIGN_IN_PATH))
    page = SignedOutPage(provider.client.label, address)
    return remember(request, HTMLResponse(render("signed_out.html", shell_of(request), page)))


def provider_in(request: Request) -> Provider | None:
    """Return the provider of the application; None where none is set up."""
    found: Provider | None = getattr(request.app.state, "provider", None)
    return found


def sign_in_page(
    request: Request, fault: Text | None = None, *, refused: bool = False
) -> SignInPage:
    """Return what the page to sign in shows."""
    provider = provider_in(request)
    return SignInPage(refused, fault, None if provider is None else provider.client.label)


def _provider(request: Request) -> Provider:
    found = provider_in(request)
    if found is None:
        raise Problem("not_found")
    return found


def _own(request: Request, provider: Provider, path: str) -> str:
    """Return one of our addresses; the host is one that ``Guard`` has let in, or of a setting."""
    return (provider.client.base or str(request.base_url).rstrip("/")) + path


def _refused(request: Request, refused: Refused) -> Response:
    # Which check it was helps to mend a set-up; no value of a token is among these words.
    SSO.warning("refused %s %s", refused.why, refused.detail or "-")
    response = _leave(f"{SIGN_IN_PATH}?sso={refused.why}")
    _forget(request, response)
    return response


def _leave(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"Referrer-Policy": "no-referrer"})


def _forget(request: Request, response: Response) -> None:
    response.delete_cookie(
        FLOW_COOKIE, path=PATH, httponly=True, samesite="lax", secure=is_secure(request)
    )
