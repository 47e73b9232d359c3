"""Bounds of recognising the pictures of a file: pages, pixels, time and memory."""

from dataclasses import dataclass

from jixiao.ingest.errors import UnreadableError
from jixiao.ontology.text.bilingual import Bilingual

LARGEST = 100_000_000
"""Pixels of a picture; a sheet of A3 at 600 dots an inch has 70 million."""
PAGE_SECONDS = 90
"""Seconds of a processor for a page; most take 3 to 4, and one full of small print 60."""
MEMORY = 5 << 29
"""Bytes of memory of the process that recognises."""

_SPLIT = Bilingual("请分成几份", "split the file")
_BASE, _LONGEST = 120, 1_680  # seconds
_BYTES_A_SECOND = 2_000  # of a file: a scanned page has 20 KB and more


def seconds(size: int) -> float:
    """Return the seconds within which the pictures of a file of so many bytes must be recognised."""
    return min(_BASE + size / _BYTES_A_SECOND, _LONGEST)


@dataclass(frozen=True)
class Pages:
    """The scanned pages that a file may have, and what to do with one that has more."""

    most: int = 100
    remedy: Bilingual = _SPLIT

    def check(self, count: int) -> None:
        """Raise UnreadableError for too many pages."""
        if count > self.most:
            raise UnreadableError(
                f"扫描的页太多（{count} 页，最多 {self.most} 页）：{self.remedy.zh}",
                f"too many scanned pages ({count}, at most {self.most}): {self.remedy.en}",
            )


_in_force = Pages()


def pages() -> Pages:
    """Return the bound of pages of this process."""
    return _in_force


def confine(bound: Pages) -> None:
    """Put another bound of pages in force for the rest of this process's life."""
    global _in_force  # noqa: PLW0603 - like a limit of the system's, it holds for the process
    _in_force = bound
