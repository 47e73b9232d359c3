"""Bounds of recognising the pictures of a file: pages, pixels, time and memory."""

from jixiao.ingest.errors import UnreadableError
from jixiao.ontology.text.bilingual import Bilingual

LARGEST = 100_000_000
"""The most pixels of a picture; a sheet of A3 at 600 dots an inch has 70 million."""
PAGE_SECONDS = 90
"""The most CPU seconds for a page; most pages take 3 to 4, and one full of small print takes 60."""

_BASE, LONGEST = 120, 1_680  # seconds for the pictures of a file: for the smallest file, and for any file at most
_BYTES_A_SECOND = 2_000  # bytes of the file for which one second is added; a scanned page has 20 KB or more


def seconds(size: int) -> float:
    """Return the seconds within which the pictures of a file of `size` bytes must be recognised."""
    return min(_BASE + size / _BYTES_A_SECOND, LONGEST)


# The most scanned pages that a file may have, and the advice in the refusal of a file with more.
_most, _remedy = 100, Bilingual("请分成几份", "split the file")


def check_pages(count: int) -> None:
    """Raise UnreadableError if a file has more scanned pages than `confine` allows in this process."""
    if count > _most:
        raise UnreadableError(
            f"扫描的页太多（{count} 页，最多 {_most} 页）：{_remedy.zh}",
            f"too many scanned pages ({count}, at most {_most}): {_remedy.en}",
        )


def confine(most: int, remedy: Bilingual) -> None:
    """Set how many scanned pages a file may have in this process, and the advice for a file with more (`remedy`)."""
    global _most, _remedy
    _most, _remedy = most, remedy
