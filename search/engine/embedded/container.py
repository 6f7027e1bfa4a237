"""The container of a segment: named arrays in one file, memory-mapped, a checksum each.

    header      64 bytes: magic, zeros
    arrays      each begins at a multiple of 64
    directory   one JSON object: plain values, and of every array type, place, length, CRC-32
    footer      place and length of the directory, its CRC-32, format, magic

Checksums cover an array and the zeros behind it, so that every byte of a file is covered.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

FORMAT: Final = 3
SUFFIX: Final = ".arrays"
_MAGIC: Final = b"SAKUIN\x00\n"
_ALIGNMENT: Final = 64
_HEADER: Final = _MAGIC.ljust(_ALIGNMENT, b"\0")
_FOOTER: Final = struct.Struct("<QQII8s")
_IN_MEMORY: Final = 1 << 20
_PIECE: Final = 1 << 22

Array = NDArray[Any]


class BrokenFile(ValueError):
    """A file that is not what was written; says which file, and which array of it."""


class ArrayFileWriter:
    """Collects arrays piece by piece and writes them as one file.

    Pieces wait in files without a name beside the target, so that arrays may grow side by side
    and no array has to fit into memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spools: dict[str, tuple[str, IO[bytes]]] = {}

    def append(self, name: str, piece: Array) -> None:
        """Add to the end of an array; all pieces of one have the same type."""
        kind = piece.dtype.newbyteorder("<").str
        if name not in self._spools:
            self._spools[name] = (kind, _spool(self._path.parent))
        first, spool = self._spools[name]
        if first != kind:
            raise TypeError(f"{name}: a piece of {kind}, expected {first}")
        spool.write(np.ascontiguousarray(piece).data)

    def finish(self, **values: object) -> None:
        """Write the file and bring it to disk; `values` are plain JSON values."""
        arrays: dict[str, tuple[str, int, int, int]] = {}
        with self._path.open("xb") as out:
            out.write(_HEADER)
            for name, (kind, spool) in self._spools.items():
                start = out.tell()
                length, checksum = _copied(spool, out)
                spool.close()  # gives its disk space back
                arrays[name] = (kind, start, length, checksum)
            self.close()
            directory = json.dumps({"values": values, "arrays": arrays}).encode()
            start = out.tell()
            out.write(directory)
            out.write(_FOOTER.pack(start, len(directory), zlib.crc32(directory), FORMAT, _MAGIC))
            out.flush()
            os.fsync(out.fileno())

    def close(self) -> None:
        """Give up what is collected."""
        for _, spool in self._spools.values():
            spool.close()
        self._spools.clear()


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays that are all there as one file."""
    out = ArrayFileWriter(path)
    try:
        for name, array in arrays.items():
            out.append(name, array)
        out.finish()
    finally:
        out.close()


def _spool(folder: Path) -> IO[bytes]:
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115
    return cast("IO[bytes]", spool)


def _copied(spool: IO[bytes], out: IO[bytes]) -> tuple[int, int]:
    """Length in bytes and checksum of what was copied, padding included in the checksum."""
    spool.seek(0)
    length = checksum = 0
    while piece := spool.read(_PIECE):
        out.write(piece)
        checksum = zlib.crc32(piece, checksum)
        length += len(piece)
    padding = bytes(-length % _ALIGNMENT)
    out.write(padding)
    return length, zlib.crc32(padding, checksum)


class ArrayFile:
    """The arrays of a file, mapped for reading; BrokenFile where the directory is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.verified = False
        """Whether all arrays have been found to be what was written."""
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size < len(_HEADER) + _FOOTER.size:
                raise BrokenFile(f"{path}: too short for an array file")
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._arrays: Mapping[str, tuple[str, int, int, int]]
        self.values: Mapping[str, Any]
        self._read_directory(size)

    def _read_directory(self, size: int) -> None:
        start, length, checksum, version, magic = _FOOTER.unpack(self._map[-_FOOTER.size :])
        if magic != _MAGIC or self._map[: len(_HEADER)] != _HEADER:
            raise BrokenFile(f"{self.path}: no array file, or cut short")
        if version != FORMAT:
            raise BrokenFile(f"{self.path}: array format {version}, this version reads {FORMAT}")
        data = self._map[start : start + length]
        if start + length + _FOOTER.size != size or zlib.crc32(data) != checksum:
            raise BrokenFile(f"{self.path}: the directory is damaged")
        directory = json.loads(data)
        self._arrays = directory["arrays"]
        self.values = directory["values"]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """The array as a read-only view of the map; KeyError where there is none."""
        kind, start, length, _ = self._arrays[name]
        dtype = np.dtype(kind)
        return np.frombuffer(self._map, dtype, length // dtype.itemsize, start)

    def broken(self) -> Iterator[str]:
        """The names of the arrays that are not what was written."""
        whole = True
        for name, (_, start, length, checksum) in self._arrays.items():
            found = 0
            end = start + length + -length % _ALIGNMENT
            for piece in range(start, end, _PIECE):
                found = zlib.crc32(self._map[piece : min(end, piece + _PIECE)], found)
            if found != checksum:
                whole = False
                yield name
        self.verified = whole


def directory_digest(path: Path) -> str:
    """32 hexadecimal digits over the size, the directory and the footer of an array file."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _FOOTER.size))
        footer = stream.read()
        if len(footer) == _FOOTER.size:
            start, length, *_ = _FOOTER.unpack(footer)
            if start + length <= size:
                stream.seek(start)
                digest.update(stream.read(length))
        digest.update(f"{size} ".encode() + footer)
    return digest.hexdigest()
