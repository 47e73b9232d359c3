"""Bounds of recognising the pictures of a file: pages, pixels, time and memory."""

from dataclasses import dataclass

from jixiao.ingest.errors import UnreadableError
from jixiao.ontology.text.bilingual import Bilingual

LARGEST = 100_000_000
"""The most pixels of a picture; a sheet of A3 at 600 dots an inch has 70 million."""
PAGE_SECONDS = 90
"""The most CPU seconds for a page; most pages take 3 to 4, and one full of small print takes 60."""
MEMORY = 5 << 29
"""The most bytes of memory of the process that recognises pictures."""

_SPLIT = Bilingual("请分成几份", "split the file")
_BASE, _LONGEST = 120, 1_680  # seconds for the pictures of a file: for the smallest file, and for any file at most
_BYTES_A_SECOND = 2_000  # bytes of the file for which one second is added; a scanned page has 20 KB or more


def seconds(size: int) -> float:
    """Return the seconds within which the pictures of a file of `size` bytes must be recognised."""
    return min(_BASE + size / _BYTES_A_SECOND, _LONGEST)


@dataclass(frozen=True)
class Pages:
    """The most scanned pages that a file may have, and the advice in the refusal of a file with more."""

    most: int = 100
    remedy: Bilingual = _SPLIT

    def check(self, count: int) -> None:
        """Raise UnreadableError if a file has more than `most` scanned pages."""
        if count > self.most:
            raise UnreadableError(
                f"扫描的页太多（{count} 页，最多 {self.most} 页）：{self.remedy.zh}",
                f"too many scanned pages ({count}, at most {self.most}): {self.remedy.en}",
            )


_in_force = Pages()


def pages() -> Pages:
    """Return the bound on pages that is in force in this process."""
    return _in_force


def confine(bound: Pages) -> None:
    """Make `bound` the bound on pages that is in force until this process ends."""
    global _in_force  # noqa: PLW0603 - like a limit of the system's, it holds for the process
    _in_force = bound
