"""`sakuin serve`: the search page and the JSON endpoint, on waitress."""

from __future__ import annotations

import sys

import click
import waitress

from search.cli import Common, common_options
from search.errors import IndexMissing
from search.opening import open_service
from web.app import create_app

_THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
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
    believed = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"}
    try:
        server = waitress.create_server(
            create_app(service, cors=cors),
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            trusted_proxy=trusted_proxy,
            trusted_proxy_count=1 if trusted_proxy else None,
            trusted_proxy_headers=believed if trusted_proxy else None,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        click.echo(f"sakuin: cannot listen on {host}:{port}: {error.strerror or error}", err=True)
        sys.exit(1)
    where = f"[{host}]" if ":" in host else host
    common.say(f"Sakuin serves {settings.index} on http://{where}:{server.effective_port}/")
    sys.stdout.flush()
    server.run()
