"""Listening: one process; this machine's loopback, unless a proxy that ends TLS stands before it.

In: settings. Out: a running server, after ``announce`` was told the address and, for a machine of
one's own, a link that signs in once. What passes here is personal and not encrypted: where no
public https address is named, no other address than loopback is taken.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass

from service.errors import ServiceError
from service.settings import Settings
from service.signin import SIGN_IN_PATH

LINK_MINUTES = 12 * 60
"""The link lies in a terminal all day; it works once."""

IDLE_SECONDS = 15


class NotLoopback(ServiceError):
    """The service was asked to listen where others can reach it."""


@dataclass(frozen=True)
class Listening:
    """Where the service can be reached, and how to get in.

    Attributes:
        address: such as ``http://127.0.0.1:8000``.
        sign_in: the link that signs in once; none where people come through a proxy, since it
            would stand in that service's log: accounts are made by ``selaras user add``.
    """

    address: str
    sign_in: str | None


def sign_in_link(settings: Settings, address: str) -> str:
    """Return a new link that signs an HR officer of this installation in, once."""
    from service.database.access import Grant, create_sign_in_link
    from service.database.engine import connect
    from training_data.messages import say

    label = say("api.signin.label", "id")
    grant = Grant("hr", "agency", settings.agency, None, label)
    secret = create_sign_in_link(connect(settings), grant, minutes=LINK_MINUTES)
    return f"{address}{SIGN_IN_PATH}/{secret}"


def serve(settings: Settings, announce: Callable[[Listening], None]) -> None:
    """Serve until interrupted.

    Parameters:
        settings: where to listen, and what to serve.
        announce: called once the port is taken and before the first request.

    Raises:
        NotLoopback: the address is not of this machine's loopback, and no public one is named.
        OSError: the port is taken.
    """
    import uvicorn

    from service.app import create_app

    log_to_stderr()
    public = settings.public_address
    behind_tls = public is not None and public.startswith("https:")
    listener = listen(settings.host, settings.port, anywhere=behind_tls)
    with listener:
        app = create_app(settings)
        address = address_of(listener)
        link = None if public else sign_in_link(settings, address)
        announce(Listening(public or address, link))
        config = uvicorn.Config(
            app,
            access_log=False,  # it would log addresses with their query
            log_config=None,
            server_header=False,
            proxy_headers=public is not None,
            forwarded_allow_ips=settings.proxies,
            timeout_keep_alive=IDLE_SECONDS,
            h11_max_incomplete_event_size=16 * 1024,
        )
        uvicorn.Server(config).run(sockets=[listener])


def log_to_stderr() -> None:
    """Write the service's own log lines, one per request, to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    for name, level in (("selaras", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def listen(host: str, port: int, *, anywhere: bool = False) -> socket.socket:
    """Return a socket bound to an address of this machine; port 0 takes a free one.

    Parameters:
        anywhere: other addresses than loopback are taken as well.

    Raises:
        NotLoopback: ``host`` is neither loopback nor allowed.
        OSError: the port is taken.
    """
    name = {"localhost": "127.0.0.1", "[::1]": "::1"}.get(host.lower(), host)
    if name not in ("127.0.0.1", "::1") and not (anywhere and name):
        raise NotLoopback("api.not_loopback", host=host)
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; it costs 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((name, port))
        # From here on a browser that follows the printed link waits instead of being refused.
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine can open."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
