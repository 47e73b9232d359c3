"""Text with more lines than any filing has is refused before it is divided into rows."""

import pytest

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import rendering
from jixiao.ingest.readers import read, text

MANY = rendering.MOST_CELLS + 1


@pytest.mark.parametrize(
    "content",
    [b"a\n" * MANY, b"a,b,c\r\n" * MANY, b"a\r" * MANY, ("\ufeff" + "项\n" * MANY).encode("utf-16-le")],
    ids=["lines", "csv", "old-mac", "utf-16"],
)
def test_too_many_lines_are_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    divided: list[str] = []
    monkeypatch.setattr(text, "Line", lambda number, line: divided.append(line))
    with pytest.raises(UnreadableError, match="more than 200000 cells and lines"):
        read(content)
    assert divided == []


def test_as_many_as_a_file_may_have_are_read() -> None:
    assert text.accepts(b"a\n" * rendering.MOST_CELLS)
