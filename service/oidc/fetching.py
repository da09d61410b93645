"""Asking the provider: a bounded request, a bounded answer; in: an address, out: a JSON object.

No redirect is followed, no proxy or certificate is taken from the environment, and an answer that
is long, slow or no JSON object is refused. What an answer held is in no error.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.oidc.refusals import Refused
from service.settings import is_private_address

if TYPE_CHECKING:
    import httpx

PATIENCE_SECONDS = 10.0
"""For a whole answer: somebody is looking at an empty page meanwhile."""

CONNECT_SECONDS = 3.0
MOST_BYTES = 512 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back: a status and the bytes, whole."""

    status_code: int
    content: bytes

    def json(self) -> Any:
        """Return the body as JSON values; raise ``Refused`` where it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise Refused("unfit", "not_json") from None


class Fetcher:
    """Sends requests to one provider.

    Parameters:
        ca_file: certificates in place of the public ones.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return a JSON object.

        Raises:
            Refused: ``away`` or ``unfit``.
        """
        answer = self.send("GET", address, headers=headers)
        if answer.status_code >= 500:
            raise Refused("away", "status")
        if answer.status_code != 200:
            raise Refused("unfit", "status")
        found = answer.json()
        if not isinstance(found, dict):
            raise Refused("unfit", "no_object")
        return found

    def send(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
    ) -> Answer:
        """Return an answer, whatever its status.

        Raises:
            Refused: ``away`` where none came in time, ``unfit`` where it may not be asked for.
        """
        import httpx

        if not is_private_address(address):
            raise Refused("unfit", "address")
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            with (
                self._client() as client,
                client.stream(method, address, headers=headers, content=content) as answer,
            ):
                body = bytearray()
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise Refused("unfit", "too_long")
                    if time.monotonic() > deadline:
                        raise Refused("away", "slow")
                return Answer(answer.status_code, bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise Refused("away", "no_answer") from None

    def _client(self) -> httpx.Client:
        import httpx

        trusted = (
            True if self._ca_file is None else ssl.create_default_context(cafile=self._ca_file)
        )
        timeout = httpx.Timeout(PATIENCE_SECONDS, connect=CONNECT_SECONDS)
        accepted = {"Accept": "application/json", "Accept-Encoding": "identity"}
        return httpx.Client(
            verify=trusted,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            headers=accepted,
        )
