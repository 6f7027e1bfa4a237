"""`sakuin serve`: the search page and the JSON endpoint, in one process or several."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

import click

from search.cli import Common, common_options, synonyms_option
from search.errors import IndexMissing
from search.opening import open_service
from search.processes import cores
from search.service import SearchService
from search.settings import Settings
from web.serving import Serving, answer, listen, listened_port
from web.workers import serve_with_workers

_THREADS_ALONE, _THREADS_OF_A_WORKER = 8, 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0: any free one.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes (default: cores).")
@click.option("--cors", metavar="ORIGIN", help="Origin whose pages may read the API; or *.")
@click.option(
    "--trusted-proxy", metavar="ADDRESS", help="Proxy whose X-Forwarded headers are believed."
)
@synonyms_option
@common_options
def serve(  # noqa: PLR0913 - the options of the contract
    common: Common,
    *,
    host: str,
    port: int,
    workers: int | None,
    cors: str | None,
    trusted_proxy: str | None,
    synonyms: str | None,
) -> None:
    """Serve the search page and the JSON endpoint."""
    settings = common.settings(synonyms)
    count = workers or cores()
    service = _checked_service(settings)
    sockets = _listen(host, port)
    common.say(f"Sakuin serves {settings.index} on {_address(host, listened_port(sockets))}")
    sys.stdout.flush()
    threads = _THREADS_ALONE if count == 1 else _THREADS_OF_A_WORKER
    serving = Serving(settings, threads, cors, trusted_proxy)
    if count == 1:
        answer(sockets, serving, service)
        return
    del service
    gc.collect()  # Whoosh's readers hold themselves; the workers open the index, not we
    if serve_with_workers(sockets, serving, count=count) == signal.SIGTERM:
        _end_by_sigterm()


def _checked_service(settings: Settings) -> SearchService:
    """A service; IndexUnusable where there is an index that it cannot use."""
    service = open_service(settings)
    try:
        service.state()
    except IndexMissing as error:
        click.echo(f"sakuin: {error}; until then every search is answered with 503", err=True)
    return service


def _listen(host: str, port: int) -> list[socket.socket]:
    try:
        return listen(host, port)
    except OSError as error:
        click.echo(f"sakuin: cannot listen on {host}:{port}: {error.strerror or error}", err=True)
        sys.exit(1)


def _address(host: str, port: int) -> str:
    return f"http://[{host.strip('[]')}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _end_by_sigterm() -> None:
    """End as a process does that never heard of SIGTERM, so that the caller sees why."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
    sys.exit(128 + signal.SIGTERM)  # the first process of a container outlives it
