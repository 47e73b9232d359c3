"""Name the parts of a file that its reader does not look into, such as images, notes and hidden sheets.

A reader keeps them with its rendition, so that an account of a file names what was not read. Counts come from the
file's own declarations. ECMA-376 part 1 names the parts of Office archives.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_NAMED = 10


@dataclass(frozen=True)
class LeftOut:
    """A kind of parts that were not read: its Chinese and English names, their number, and up to ten of their names."""

    zh: str
    en: str
    count: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        more = "…" if self.count > len(self.names) else ""
        named = f"（{'、'.join(self.names)}{more}）" if self.names else ""
        return f"{self.zh} {self.en} {self.count}{named}"


def occurring(kinds: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Return the kinds of which the file has at least one part."""
    return tuple(kind for kind in kinds if kind.count)


def attachments(names: Iterable[str], folder: str) -> Iterator[LeftOut]:
    """Count images, charts, embedded files and macros by their names in an Office archive; `folder` ends in `/`."""
    for zh, en, inner in (
        ("图片", "images", "media/"),
        ("图表", "charts", "charts/chart"),
        ("嵌入的文件", "embedded files", "embeddings/"),
        ("宏", "macros", "vbaProject.bin"),
    ):
        yield LeftOut(zh, en, sum(name.startswith(folder + inner) and not name.endswith("/") for name in names))
