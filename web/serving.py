"""Listening, and answering what comes: the application on waitress, on sockets already bound."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import waitress

from search.service import SearchService
from search.settings import Settings
from web.app import create_app

_BACKLOG: Final = 1024


@dataclass(frozen=True, slots=True)
class Serving:
    """What a process has to know to answer requests; it can be sent to another one."""

    settings: Settings
    threads: int
    cors: str | None = None
    trusted_proxy: str | None = None


def listen(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of `host`, all on one port; OSError."""
    name = None if host == "*" else host.strip("[]")
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    with ExitStack() as opened:
        for family, address in dict.fromkeys((each[0], each[4]) for each in found):
            opened.enter_context(listening := socket.socket(family, socket.SOCK_STREAM))
            _bind(listening, (address[0], port or listened_port(sockets), *address[2:]))
            sockets.append(listening)
        opened.pop_all()
    return sockets


def listened_port(sockets: Sequence[socket.socket]) -> int:
    """The port of these sockets; 0 where there are none yet."""
    port: int = sockets[0].getsockname()[1] if sockets else 0
    return port


def _bind(listening: socket.socket, address: tuple[Any, ...]) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listening.family == socket.AF_INET6:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listening.bind(address)
    listening.listen(_BACKLOG)


def answer(sockets: Sequence[socket.socket], serving: Serving, service: SearchService) -> None:
    """Answer requests until Ctrl-C, or until a signal handler raises SystemExit."""
    # It warns of every request that waits for a thread, be it for a millisecond.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    service.warm()
    server = waitress.create_server(
        create_app(service, cors=serving.cors),
        sockets=list(sockets),
        threads=serving.threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **_proxy(serving.trusted_proxy),
    )
    server.run()


def _proxy(address: str | None) -> dict[str, Any]:
    """What waitress has to know to believe one proxy, and nobody else."""
    if address is None:
        return {}
    return {
        "trusted_proxy": address,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {
            f"x-forwarded-{name}" for name in ("for", "host", "proto", "port")
        },
    }
