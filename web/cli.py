"""`sakuin serve`: the search page and the JSON endpoint, on waitress."""

from __future__ import annotations

import sys
from typing import Any

import click
import waitress

from search.cli import Common, common_options
from search.errors import IndexMissing
from search.opening import open_service
from web.app import create_app

_THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0: any free one.",
)
@click.option("--cors", metavar="ORIGIN", help="Origin whose pages may read the API; or *.")
@click.option(
    "--trusted-proxy", metavar="ADDRESS", help="Proxy whose X-Forwarded headers are believed."
)
@common_options
def serve(
    common: Common, *, host: str, port: int, cors: str | None, trusted_proxy: str | None
) -> None:
    """Serve the search page and the JSON endpoint."""
    settings = common.settings()
    service = open_service(settings)
    try:
        service.state()
    except IndexMissing as error:
        click.echo(f"sakuin: {error}; until then every search is answered with 503", err=True)
    app = create_app(service, cors=cors)
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
            **_proxy(trusted_proxy),
        )
    except OSError as error:
        click.echo(f"sakuin: cannot listen on {host}:{port}: {error.strerror or error}", err=True)
        sys.exit(1)
    common.say(f"Sakuin serves {settings.index} on {_address(server, host)}")
    sys.stdout.flush()
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


def _address(server: Any, host: str) -> str:
    listening = getattr(server, "effective_listen", None)
    port = listening[0][1] if listening else server.effective_port
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
