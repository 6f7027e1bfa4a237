"""Lists of ascending numbers in arrays of bytes: Elias-Fano, many lists at once, numpy only.

A list is a strictly ascending run of numbers below a universe that all lists of an array share.
Its low bits stand in planes of whole bytes and one of half bytes, its high bits in unary, so that
numpy decodes it by views, one `unpackbits` and one addition (Elias 1974; Vigna, Quasi-succinct
indices, 2013). Where a list begins follows from the lengths of those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

STRIDE: Final = 16
"""Of every so many lists the place of the first is stored."""

_STEPS: Final = np.array([1, 16, 256, 4096, 65536, 1 << 20, 1 << 24, 1 << 28], dtype=np.int64)
AT_ONCE: Final = 1 << 18
"""Values that are coded together: as many as stay in the processor's caches."""

_RISING: Final = np.arange(1 << 16)


def low_bits(counts: Numbers, universe: int) -> Numbers:
    """How many low bits of each list stand in planes: the multiple of 4 that is cheapest."""
    ratio = universe * 15 // (np.maximum(counts, 1) * 64)
    return 4 * np.searchsorted(_STEPS, ratio, side="right")


def sizes(counts: Numbers, universe: int) -> tuple[Numbers, Numbers]:
    """Bytes of the low and of the high part of each list."""
    low = low_bits(counts, universe)
    halves = np.where(low & 4, (counts + 1) >> 1, 0)
    return counts * (low >> 3) + halves, (counts + (universe >> low) + 7) >> 3


def size_of(count: int, universe: int) -> tuple[int, int, int]:
    """As `low_bits` and `sizes`, for one list."""
    low = 4 * ((universe * 15 // (count * 64)).bit_length() + 3 >> 2)
    halves = count + 1 >> 1 if low & 4 else 0
    return low, count * (low >> 3) + halves, count + (universe >> low) + 7 >> 3


def encode(values: Numbers, counts: Numbers, universe: int) -> tuple[Bytes, Bytes]:
    """The low and the high parts of lists that stand one after the other in `values`."""
    lows, highs = [np.empty(0, np.uint8)], [np.empty(0, np.uint8)]
    done = 0
    for first, last in chunks(counts, AT_ONCE):
        end = done + int(counts[first:last].sum())
        low, high = _encode(values[done:end], counts[first:last], universe)
        lows.append(low)
        highs.append(high)
        done = end
    return np.concatenate(lows), np.concatenate(highs)


def _encode(values: Numbers, counts: Numbers, universe: int) -> tuple[Bytes, Bytes]:
    bits = low_bits(counts, universe)
    low_size, high_size = sizes(counts, universe)
    rank = ranks(counts)
    width = np.repeat(bits, counts)
    high = np.zeros(int(high_size.sum()) * 8, np.uint8)
    high[np.repeat((np.cumsum(high_size) - high_size) * 8, counts) + (values >> width) + rank] = 1
    low = np.zeros(int(low_size.sum()), np.uint8)
    start = np.repeat(np.cumsum(low_size) - low_size, counts)
    count = np.repeat(counts, counts)
    for plane in range(int(bits.max(initial=0)) >> 3):
        at = np.flatnonzero(width >> 3 > plane)
        low[start[at] + plane * count[at] + rank[at]] = values[at] >> 8 * plane & 255
    at = np.flatnonzero(width & 4)
    half = values[at] >> (width[at] & 24) & 15
    place = start[at] + (width[at] >> 3) * count[at] + (rank[at] >> 1)
    odd = rank[at] & 1 == 1
    low[place[~odd]] = half[~odd]
    low[place[odd]] |= (half[odd] << 4).astype(np.uint8)
    return low, np.packbits(high, bitorder="little")


def chunks(counts: NDArray[np.generic], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of lists that hold about `most` values together, at least one list each."""
    ends = np.cumsum(counts, dtype=np.int64)
    first = done = 0
    while first < len(counts):
        last = max(first + 1, int(np.searchsorted(ends, done + most, side="right")))
        yield first, last
        first, done = last, int(ends[last - 1])


def stretches(starts: Numbers, counts: Numbers) -> Numbers:
    """`starts[i]`, `starts[i]` + 1, … `counts[i]` of them, for every i."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    places: Numbers = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return places


def ranks(counts: Numbers) -> Numbers:
    """0, 1, … in each list."""
    return stretches(np.zeros(len(counts), np.int64), counts)


def decode(low: Bytes, high: Bytes, count: int, bits: int) -> Numbers:
    """One list, from exactly its bytes; int64, which numpy indexes by without a copy."""
    places: Numbers = np.flatnonzero(np.unpackbits(high, bitorder="little").view(np.bool_))
    places -= _RISING[:count] if count <= len(_RISING) else np.arange(count)
    if bits:
        places <<= bits
        for plane in range(bits >> 3):
            part = low[plane * count : (plane + 1) * count]
            places |= part.astype(np.int64) << 8 * plane if plane else part
        if bits & 4:
            halves = low[(bits >> 3) * count :]
            both = np.empty(2 * len(halves), np.uint8)
            both[0::2] = halves & 15
            both[1::2] = halves >> 4
            places |= both[:count].astype(np.int64) << (bits & 24)
    return places


def decode_all(low: Bytes, high: Bytes, counts: Numbers, universe: int) -> Numbers:
    """Many lists, from exactly their bytes, one after the other."""
    bits = low_bits(counts, universe)
    low_size, high_size = sizes(counts, universe)
    rank = ranks(counts)
    width = np.repeat(bits, counts)
    values: Numbers = np.flatnonzero(np.unpackbits(high, bitorder="little").view(np.bool_))
    values -= np.repeat((np.cumsum(high_size) - high_size) * 8, counts) + rank
    values <<= width
    start = np.repeat(np.cumsum(low_size) - low_size, counts)
    count = np.repeat(counts, counts)
    for plane in range(int(bits.max(initial=0)) >> 3):
        at = np.flatnonzero(width >> 3 > plane)
        part = low[start[at] + plane * count[at] + rank[at]].astype(np.int64)
        values[at] |= part << 8 * plane
    at = np.flatnonzero(width & 4)
    halves = low[start[at] + (width[at] >> 3) * count[at] + (rank[at] >> 1)].astype(np.int64)
    values[at] |= (halves >> 4 * (rank[at] & 1) & 15) << (width[at] & 24)
    return values


def starts(counts: Numbers, universe: int, before: tuple[int, int, int]) -> Numbers:
    """Places of every list: low part, high part, number of values; int64[lists, 3].

    `before` is where the first one begins.
    """
    low, high = sizes(counts, universe)
    table = np.stack([low, high, counts], axis=1)
    whole: Numbers = np.cumsum(table, axis=0) - table + np.array(before)
    return whole


def start_of(sampled: Sequence[int], counts: Sequence[int], universe: int) -> tuple[int, int, int]:
    """Where a list begins: the place stored for its group, and the lists of the group before it."""
    low, high, values = sampled
    for count in counts:
        _, low_size, high_size = size_of(count, universe)
        low += low_size
        high += high_size
        values += count
    return low, high, values


def radix_order(keys: NDArray[np.uint16]) -> Numbers:
    """The order that sorts 16-bit keys, equal ones as they stand: a radix sort."""
    order: Numbers = np.argsort(keys, kind="stable")
    return order


def order_by(high: NDArray[np.uint16], low: NDArray[np.uint16]) -> Numbers:
    """The order that sorts by two 16-bit keys, equal ones as they stand."""
    by_low = radix_order(low)
    order: Numbers = by_low.take(radix_order(high.take(by_low)))
    return order


def run_starts(*keys: NDArray[np.generic]) -> Numbers:
    """Where a new value begins in sorted keys; several arrays are one compound key."""
    if not len(keys[0]):
        return np.empty(0, np.int64)
    new = np.zeros(len(keys[0]), np.bool_)
    new[0] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)
