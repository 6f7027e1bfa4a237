"""What was decoded lately, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final

_ENTRY: Final = 400
"""What an entry takes besides its arrays."""


class ByteCache:
    """Forgets what was used longest ago when it holds more than `most` bytes. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.held = 0
        """Bytes."""

    def get(self, key: Hashable) -> Any:
        """What was put under the key, or None."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            self._entries.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value of `size` bytes; one larger than a quarter of the cache is not kept."""
        size += _ENTRY
        if size > self._most // 4:
            return
        with self._lock:
            before = self._entries.pop(key, None)
            self.held += size - (before[1] if before else 0)
            self._entries[key] = (value, size)
            while self.held > self._most:
                _, (_, gone) = self._entries.popitem(last=False)
                self.held -= gone
