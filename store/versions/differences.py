"""Compare two versions line by line, by their ordered N-Quads or by the kept changes between them.

Each generation keeps its change from the one before. The sum of these changes is the difference between two versions,
found in a time that depends only on the size of the changes.
"""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter

from jixiao.store import changes, errors, sums
from jixiao.store.versions import version_record

Signed = tuple[int, bytes]
"""A sign and a line: -1 if only the first version has the line, 1 if only the second has it."""

_MOST = 4_000_000
"""The most compressed bytes of all changes of a comparison; in memory they take about 100 MB."""

_END = b"\xff"  # sorted after every line


def merged(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[Signed]:
    """Yield the lines that only one of two versions has, from the sorted lines of both.

    Raises VersionUnusableError if a version's are no N-Quads or not in order.
    """
    ours, theirs = _checked(before), _checked(after)
    one, two = next(ours, _END), next(theirs, _END)
    while one != _END or two != _END:
        if one == two:
            one, two = next(ours, _END), next(theirs, _END)
        elif one < two:
            yield -1, one
            one = next(ours, _END)
        else:
            yield 1, two
            two = next(theirs, _END)


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines unchanged. Raises VersionUnusableError at one that is no N-Quad or is not in order."""
    last = b""
    for line in lines:
        if line <= last or not line.endswith(b" .\n"):
            raise errors.VersionUnusableError(
                f"不是排好序的 N-Quads，不是 jixiao 的导出文件：{line[:80]!r}。"
                f" These are no N-Quads in order, so this is no dump of jixiao: {line[:80]!r}."
            )
        yield line
        last = line


def kept(before: version_record.VersionRecord, after: version_record.VersionRecord) -> list[Signed] | None:
    """Return the differing lines of two versions in order, from the kept changes between them.

    Returns None if one of these changes is missing or damaged, or if they are too large.
    """
    numbers = range(min(before.number, after.number) + 1, max(before.number, after.number) + 1)
    paths = [after.path.with_name(f"{number:06}") / changes.FILE for number in numbers]
    net: Counter[bytes] = Counter()
    try:
        if sum(path.stat().st_size for path in paths) > _MOST or not all(map(sums.listed, paths)):
            return None
        for path in paths:
            for sign, line in changes.read(path.parent):
                net[line] += sign
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile):
        return None  # a change was too large to be kept, or is damaged
    forward = 1 if before.number <= after.number else -1
    return sorted(((forward * sign, line) for line, sign in net.items() if sign), key=itemgetter(1))
