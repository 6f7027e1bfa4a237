"""The web side: search page and JSON endpoint, on one SearchService."""

from web.app import create_app

__all__ = ["create_app"]
