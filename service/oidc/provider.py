"""The provider of an installation: where it is asked, and what its answers are worth.

In: settings, a flow, the provider's answer to a browser. Out: addresses to send the browser to, and
a ``Person`` whose ID token was checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from service.oidc import metadata, tokens
from service.oidc.fetching import Answer, Fetcher
from service.oidc.flow import Flow, begin, resume
from service.oidc.keys import FAILED_SECONDS, ProviderKeys
from service.oidc.metadata import Metadata
from service.oidc.refusals import Refused
from training_data.messages import Text

if TYPE_CHECKING:
    from authlib.oauth2.client import OAuth2Client

    from service.settings import Settings

KEPT_SECONDS = 3600.0
"""For how long what the provider says of itself is not asked again."""

BACK = "/sso/kembali"
"""Where the provider sends a browser back to; registered there."""

AT_ONCE = 8
"""People who may wait for the provider at the same time: the others' pages go on."""

LONGEST_LOGIN = 200
_SCOPES = {None: "openid", "email": "openid email"}


@dataclass(frozen=True)
class Client:
    """How this installation stands with its provider.

    Attributes:
        label: what people call the provider.
        base: address of this installation; None for the one a browser asked for.
        login_claim: claim that names an account at the first sign-in; None for none.
    """

    issuer: str
    id: str
    secret: str | None = field(repr=False)
    label: Text
    base: str | None
    login_claim: str | None


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for.

    Attributes:
        login: returns the account's name the provider claims; None where none is asked for or
            given. Asked only for somebody not bound to an account yet.
    """

    issuer: str
    subject: str
    login: Callable[[], str | None] = field(repr=False)


class Provider:
    """One OpenID Connect provider; safe to use from any thread.

    Parameters:
        client: how we stand with it.
        fetcher: asks it.
        key: of the installation; what a browser's flow is derived with.
        now, tick: the time of day, and a clock that only goes forward.
    """

    def __init__(
        self,
        client: Client,
        fetcher: Fetcher,
        key: bytes,
        *,
        now: Callable[[], float] = time.time,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client = client
        self._fetcher = fetcher
        self._key = key
        self._now = now
        self._tick = tick
        self._lock = Lock()
        self._room = BoundedSemaphore(AT_ONCE)
        self._known: Metadata | None = None
        self._read_at = self._failed_at = float("-inf")
        self._keys = ProviderKeys(lambda: fetcher.get(self.metadata().keys), tick)

    def metadata(self) -> Metadata:
        """Return what the provider says of itself, asked at most once an hour.

        Raises:
            Refused: ``away`` or ``unfit``.
        """
        with self._lock:
            if self._known is not None and self._tick() - self._read_at < KEPT_SECONDS:
                return self._known
            if self._tick() - self._failed_at < FAILED_SECONDS:
                raise Refused("away", "again")
            try:
                found = self._fetcher.get(metadata.address_of(self.client.issuer))
                secret = self.client.secret is not None
                self._known = metadata.read(found, self.client.issuer, with_secret=secret)
            except Refused:
                self._known, self._failed_at = None, self._tick()
                raise
            self._read_at = self._tick()
            return self._known

    def usable_keys(self) -> int:
        """Return how many of the provider's keys can be used, asked anew."""
        return self._keys.usable()

    def begin(self) -> Flow:
        """Return a new flow."""
        return begin(self._key, self._now())

    def resume(self, cookie: str | None, state: str) -> Flow:
        """Return the flow a browser began, if the provider's answer is to it.

        Raises:
            Refused: ``stale``.
        """
        return resume(self._key, cookie, state, self._now())

    def address(self, flow: Flow, back: str, language: str) -> str:
        """Return where a browser signs in.

        Parameters:
            back: where it comes back to.
            language: of the person, for the provider's own pages.

        Raises:
            Refused: ``away`` or ``unfit``.
        """
        with self._in_turn():
            known = self.metadata()
        scope = _SCOPES.get(self.client.login_claim, "openid profile")
        address, _ = self._oauth(known).create_authorization_url(
            known.authorization,
            state=flow.state,
            code_verifier=flow.verifier,
            nonce=flow.nonce,
            redirect_uri=back,
            scope=scope,
            ui_locales=language,
        )
        return str(address)

    def person(self, flow: Flow, back: str, answer: Mapping[str, str]) -> Person:
        """Return whom the provider vouches for.

        Parameters:
            flow: the one this browser began.
            back: where the browser was to come back to.
            answer: what it brings: ``code``, or ``error``, and ``iss``.

        Raises:
            Refused: what the provider said does not hold, or it cannot be asked.
        """
        with self._in_turn():
            known = self.metadata()
            issuer = answer.get("iss", "")
            if issuer != known.issuer if issuer else known.names_itself:
                raise Refused("token", "answer_iss")  # RFC 9207: of another provider
            code = answer.get("code", "")
            if answer.get("error") or not code:
                raise Refused("cancelled", "error")
            given = self._tokens(known, flow, back, code)
            expected = tokens.Expected(known.issuer, self.client.id, flow.nonce, self._now())
            claims = tokens.checked(given.get("id_token"), self._keys, expected)
        access = given.get("access_token")
        return Person(known.issuer, str(claims["sub"]), lambda: self._login(known, claims, access))

    def logout(self, back: str) -> str | None:
        """Return where a person signs out of the provider; None where it offers no such place.

        No token is kept that could be shown there, so the provider asks the person.
        """
        try:
            with self._in_turn():
                place = self.metadata().logout
        except Refused:
            return None
        if place is None:
            return None
        asked = urlencode({"client_id": self.client.id, "post_logout_redirect_uri": back})
        return f"{place}{'&' if '?' in place else '?'}{asked}"

    def _tokens(self, known: Metadata, flow: Flow, back: str, code: str) -> Mapping[str, Any]:
        """Exchange a code; what the provider answers is not believed yet."""
        try:
            given = self._oauth(known).fetch_token(
                known.token,
                grant_type="authorization_code",
                code=code,
                redirect_uri=back,
                code_verifier=flow.verifier,
            )
        except _RefusedByProvider as error:
            # Which client we are is for the operator to mend; everything else is a code's matter.
            if error.code in ("invalid_client", "unauthorized_client"):
                raise Refused("unfit", "client") from None
            raise Refused("token", "code") from None
        found: Mapping[str, Any] = given
        return found

    def _login(self, known: Metadata, claims: Mapping[str, Any], access: object) -> str | None:
        """Return the account's name in the claims, or where they lack it, in the further ones."""
        name = self.client.login_claim
        if name is None:
            return None
        if name not in claims and known.userinfo is not None and isinstance(access, str):
            with self._in_turn():
                more = self._fetcher.get(known.userinfo, {"Authorization": f"Bearer {access}"})
            if more.get("sub") != claims["sub"]:
                raise Refused("token", "userinfo_sub")
            claims = more
        # An address that nobody confirmed can be anybody's.
        if name == "email" and claims.get("email_verified") is not True:
            return None
        found = claims.get(name)
        return found if isinstance(found, str) and 0 < len(found) <= LONGEST_LOGIN else None

    def _oauth(self, known: Metadata) -> OAuth2Client:
        from authlib.oauth2.auth import ClientAuth, TokenAuth
        from authlib.oauth2.client import OAuth2Client

        class Over(OAuth2Client):  # type: ignore[misc]
            """The library's client, sent by our own bounded requests."""

            client_auth_class = ClientAuth
            token_auth_class = TokenAuth
            oauth_error_class = _RefusedByProvider

        return Over(
            _Session(self._fetcher),
            client_id=self.client.id,
            client_secret=self.client.secret,
            token_endpoint_auth_method=known.token_auth,
            code_challenge_method="S256",
        )

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let no more than some wait for the provider."""
        if not self._room.acquire(blocking=False):
            raise Refused("away", "busy")
        try:
            yield
        finally:
            self._room.release()


class _RefusedByProvider(Exception):
    """The token endpoint answered with an error; its description stays unread."""

    def __init__(self, error: object = None, description: object = None) -> None:
        super().__init__()
        self.code = error


class _Session:
    """What the library sends by: a form to the token endpoint."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any
    ) -> Answer:
        """Send a form; the library adds who we are."""
        plain = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        url, sent, body = auth.prepare("POST", url, plain, urlencode(data))
        answer = self._fetcher.send("POST", url, headers=sent, content=body)
        if answer.status_code >= 500:
            raise Refused("away", "status")
        if not isinstance(answer.json(), dict):
            raise Refused("unfit", "token_answer")
        return answer


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider of an installation; None where none is set up.

    Raises:
        SignOnUnusable: the extra is not installed, or a file that is named cannot be read.
        HomeUnusable: the key of the installation cannot be used.
    """
    from importlib.util import find_spec

    from service.errors import SignOnUnusable
    from service.identity import installation_key

    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    if any(find_spec(name) is None for name in ("authlib", "httpx", "joserfc")):
        raise SignOnUnusable("sso.not_installed")
    for file in (settings.oidc_client_secret_file, settings.oidc_ca_file):
        if file is not None and not file.is_file():
            raise SignOnUnusable("sso.no_file", file=str(file))
    client = Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client_id,
        secret=_secret(settings),
        label=Text(settings.oidc_label, settings.oidc_label_en),
        base=settings.public_address,
        login_claim=settings.oidc_login_claim,
    )
    key = installation_key(settings.home)
    return Provider(client, Fetcher(settings.oidc_ca_file), key)


def _secret(settings: Settings) -> str | None:
    from service.errors import SignOnUnusable

    if settings.oidc_client_secret_file is not None:
        try:
            found = settings.oidc_client_secret_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            file = str(settings.oidc_client_secret_file)
            raise SignOnUnusable("sso.no_file", file=file) from None
        return found or None
    held = settings.oidc_client_secret
    return None if held is None else held.get_secret_value().strip() or None
