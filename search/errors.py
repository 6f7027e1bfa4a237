"""The errors of Sakuin.

SakuinError                 what went wrong, and what to do
├── InvalidArticle          one article cannot be indexed; the run goes on
├── InvalidRequest          a parameter has a value that is not allowed
│   └── QueryTooLong        `q` has more characters than are read
├── NotFound                no article has this id
├── WrongUsage              the command was called in a way it does not have
└── IndexProblem            the index on disk
    ├── IndexMissing        there is none yet
    ├── IndexUnusable       it is there but cannot be read, or needs a rebuild
    ├── IndexLocked         another re-index holds the lock
    └── IndexNotWritable    disk full, read-only folder, input/output error
"""

from __future__ import annotations

REINDEX = "sakuin reindex PATH"
REBUILD = "sakuin reindex --rebuild"
AFRESH = "sakuin reindex --rebuild PATH"


def shortened(value: object, limit: int = 80) -> str:
    """`value` as text of at most `limit` characters, for messages and reports."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 1] + "…"


class SakuinError(Exception):
    """Root of the tree; `str(error)` is a message a user can act on."""


class InvalidArticle(SakuinError):
    """An article that cannot be indexed: which field, its value, what was expected."""

    def __init__(self, reason: str, *, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {reason}, got {shortened(value)!r}, expected {expected}")
        self.reason = shortened(reason, 200)
        self.field = field
        self.value = None if value is None else shortened(value)
        self.expected = expected


class InvalidRequest(SakuinError):
    """A parameter with a value that is not allowed; HTTP 400."""

    def __init__(self, parameter: str, value: object, expected: str) -> None:
        super().__init__(f"{parameter}={shortened(value)!r} is not allowed: expected {expected}")
        self.parameter = parameter
        self.value = shortened(value)
        self.expected = expected


class QueryTooLong(InvalidRequest):
    """More characters in `q` than are read; HTTP 413."""


class NotFound(SakuinError):
    """No article has this id; HTTP 404."""


class WrongUsage(SakuinError):
    """The command line asks for what cannot be done; exit 2."""


class IndexProblem(SakuinError):
    """Something about the index on disk; `command` is what makes or mends it."""

    def __init__(self, message: str, *, command: str = "") -> None:
        super().__init__(f"{message}; run: {command}" if command else message)
        self.command = command


class IndexMissing(IndexProblem):
    """There is no index yet; HTTP 503, exit 4."""


class IndexUnusable(IndexProblem):
    """The index cannot be read, or was made by other rules; HTTP 503, exit 4."""


class IndexLocked(IndexProblem):
    """Another re-index is at work; exit 3."""


class IndexNotWritable(IndexProblem):
    """The index cannot be written; the old state is whole; exit 5."""
