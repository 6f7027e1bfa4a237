"""The peer of `sakuin serve`: a small Flask and waitress service over the tantivy index.

It answers `GET /api/search?q=...` in the shape of API.md as far as that costs anything: hits with
their articles and marked snippets, all four facets with addresses to toggle them.
"""

from __future__ import annotations

import argparse
import html
import logging
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import waitress
from flask import Flask, Response, request

from benchmarks.peer_tantivy import Answer, Peer
from benchmarks.terms import analyser

_THREADS: Final = 8
_FACETS: Final = ("topic", "person", "source")
_LEAD: Final = 40
_LONGEST: Final = 160
_SHOWN: Final = ("id", "url", "title", "source", "publishedAt", "topics", "persons")


def create_app(peer: Peer) -> Flask:
    """The service on an open index."""
    app = Flask(__name__)
    encoder = msgspec.json.Encoder()

    @app.get("/api/search")
    def search() -> Response:
        started = time.perf_counter()
        q = request.args.get("q", "")
        chunks = [
            (chunk, [term for term in analyser().analyse(chunk).terms if term])
            for chunk in q.split()
        ]
        answer = peer.answer(peer.chunks([terms for _, terms in chunks if terms]), _FACETS)
        shown = _shown(q, [chunk for chunk, _ in chunks], answer)
        shown["processingTimeMs"] = round((time.perf_counter() - started) * 1000, 1)
        return Response(encoder.encode(shown), mimetype="application/json")

    return app


def _shown(q: str, words: list[str], answer: Answer) -> dict[str, Any]:
    return {
        "query": q,
        "page": 1,
        "hitsPerPage": 10,
        "totalHits": answer.total,
        "totalPages": -(-answer.total // 10),
        "hits": [_hit(score, article, words) for score, article in answer.hits],
        "facets": {
            name: [_value(q, name, each["key"], each["doc_count"]) for each in answer.counts[name]]
            for name in _FACETS
        }
        | {"date": [_month(q, each) for each in answer.counts["month"]]},
    }


def _hit(score: float, article: dict[str, Any], words: list[str]) -> dict[str, Any]:
    title, body = article["title"], article["body"]
    whole, cut = _passage(title, words, 0, len(title)), _cut(body, words)
    return {name: article[name] for name in _SHOWN} | {
        "score": score,
        "highlight": {"title": [whole], "body": [cut]},
        "_formatted": {"title": _marked(whole), "snippets": [_marked(cut)]},
    }


def _cut(body: str, words: list[str]) -> dict[str, Any]:
    at = next((at for at in map(body.find, words) if at >= 0), 0)
    start = max(0, at - _LEAD)
    return _passage(body, words, start, start + _LONGEST)


def _passage(text: str, words: list[str], start: int, end: int) -> dict[str, Any]:
    piece = text[start:end]
    found = ((piece.find(word), word) for word in words)
    matches = [{"start": at, "length": len(word)} for at, word in found if at >= 0]
    return {"text": piece, "field": "body", "matches": matches[:1]}


def _marked(passage: dict[str, Any]) -> str:
    text = passage["text"]
    for match in passage["matches"]:
        start, end = match["start"], match["start"] + match["length"]
        parts = html.escape(text[:start]), html.escape(text[start:end]), html.escape(text[end:])
        return f"{parts[0]}<mark>{parts[1]}</mark>{parts[2]}"
    return html.escape(text)


def _value(q: str, name: str, value: str, count: int) -> dict[str, Any]:
    address = f"/api/search?{urlencode([('q', q), (name, value)])}"
    return {"value": value, "label": value, "count": count, "selected": False, "toggleUrl": address}


def _month(q: str, bucket: dict[str, Any]) -> dict[str, Any]:
    year, month = divmod(int(bucket["key"]), 12)
    value = f"{year}-{month + 1:02}"
    address = f"/api/search?{urlencode([('q', q), ('from', value), ('to', value)])}"
    count = bucket["doc_count"]
    return {"value": value, "label": value, "count": count, "selected": False, "toggleUrl": address}


def main() -> None:
    """Serve the index in a folder on any free port, and say which."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    app = create_app(Peer(parser.parse_args().folder))
    server: Any = waitress.create_server(app, host="127.0.0.1", port=0, threads=_THREADS)
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
