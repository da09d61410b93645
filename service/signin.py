"""Signing in without accounts: the link printed at start, exchanged once for a session cookie.

In: the one-time secret of the link. Out: a redirect that sets an HttpOnly cookie, so the secret is
gone from the address. Signing out ends the session on the server.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.api.access import gate_of
from service.api.openapi import problems
from service.middleware import SESSION_COOKIE

SIGN_IN_PATH = "/masuk"
SIGNED_OUT_PATH = "/sso/keluar"
HOME = "/"

router = APIRouter(tags=["sign-in"])


@router.get(
    SIGN_IN_PATH + "/{secret}",
    response_class=RedirectResponse,
    status_code=303,
    responses=problems(401, signed_in=False),
)
async def sign_in(
    request: Request, secret: Annotated[str, Path(description="From the printed link.")]
) -> Response:
    """Exchange the printed link for a session; it works once."""
    session = await run_in_threadpool(gate_of(request).sign_in, secret)
    response = RedirectResponse(HOME, status_code=303, headers={"Referrer-Policy": "no-referrer"})
    set_session(request, response, session)
    return response


def set_session(request: Request, response: Response, session: str) -> None:
    """Give a browser the secret of its session: no script and no other site gets it."""
    response.set_cookie(
        SESSION_COOKIE,
        session,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
        path="/",
    )


def is_secure(request: Request) -> bool:
    """Whether the browser came by https, also where a proxy before us ends it."""
    public = getattr(request.app.state, "public", None) or ""
    return request.url.scheme == "https" or public.startswith("https:")


@router.post(
    "/keluar",
    response_class=RedirectResponse,
    status_code=303,
    responses=problems(403, signed_in=False),
)
async def sign_out(request: Request) -> Response:
    """End the session, if there is one, and forget the cookie."""
    cookie = request.cookies.get(SESSION_COOKIE)
    elsewhere = False
    if cookie:
        elsewhere = await run_in_threadpool(gate_of(request).sign_out, cookie)
    # Not straight on to the provider: the CSP lets no form lead to another site.
    further = elsewhere and getattr(request.app.state, "provider", None) is not None
    response = RedirectResponse(SIGNED_OUT_PATH if further else HOME, status_code=303)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response
