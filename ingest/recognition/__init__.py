"""The text recognised in pictures of a file, as it is kept: words with boxes, scores and a second reading.

An engine makes a recognition once; readers make renditions of it. Boxes are in points from the top left of the page
after it was set upright.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jixiao.ingest.recognition.boxes import Box

UNREAD = "\ufffd"  # stands for ink of which no character was read
_SLACK = 1.0  # points: boxes in places are rounded


class Word(NamedTuple):
    """One recognised line of a cell or of running text: its text, its box, and a score (0 to 1) per character.

    `second` is the reading at another scale, of words with figures or a doubtful character; None for words read once.
    Ink of which no character was read is a word, too, of the character UNREAD with the score 0.
    `decision` is the IRI of the steward's decision by which the text stands here; it is never kept.
    """

    text: str
    box: Box
    scores: tuple[float, ...]
    second: str | None = None
    decision: str | None = None

    @property
    def shown(self) -> tuple[float, ...]:
        """The scores of the characters that can be seen."""
        return tuple(score for char, score in zip(self.text, self.scores, strict=False) if not char.isspace())

    @property
    def differs(self) -> bool:
        """True if the two readings differ in more than blanks and the width of characters."""
        return self.second is not None and plain(self.second) != plain(self.text)


class RecognisedPage(NamedTuple):
    """One recognised page: its number (from 1), its box, its ruled lines and its words.

    The picture was turned clockwise by `angle` degrees: quarter turns and the skew of the scan. `warp` are the nine
    numbers, row by row, of the homography that maps points of the upright page to those of the picture as it is stored;
    the longer side of the picture is as many points long as that of the page, which may be a part of the picture.
    """

    number: int
    box: Box
    angle: float
    rules: tuple[Box, ...]
    words: tuple[Word, ...]
    warp: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @property
    def turns(self) -> int:
        """The quarter turns, clockwise, that set the picture upright."""
        return round(self.angle / 90) % 4

    def to_json(self) -> dict[str, Any]:
        """Return the page in the form in which it is kept."""
        return {
            "number": self.number,
            "box": list(self.box),
            "angle": self.angle,
            "warp": list(self.warp),
            "rules": [list(rule) for rule in self.rules],
            "words": [
                {"text": word.text, "box": list(word.box), "scores": list(word.scores)}
                | ({} if word.second is None else {"second": word.second})
                for word in self.words
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "RecognisedPage":
        """Return the page that was kept."""
        return cls(
            kept["number"],
            Box(*kept["box"]),
            kept["angle"],
            tuple(Box(*rule) for rule in kept["rules"]),
            tuple(
                Word(word["text"], Box(*word["box"]), tuple(word["scores"]), word.get("second"))
                for word in kept["words"]
            ),
            tuple(kept["warp"]),
        )


class GivenUp(NamedTuple):
    """A page that was not recognised: its number (from 1), and the reason in Chinese and English."""

    number: int
    zh: str
    en: str


class Certainty(NamedTuple):
    """The certainty of a line: the least score of its characters, and its second reading where that differs."""

    score: float
    second: str | None = None


class Recognition(NamedTuple):
    """The recognised pages of a file, the names and versions of the engine and its models, and pages given up."""

    engine: Mapping[str, str]
    pages: tuple[RecognisedPage, ...]
    given_up: tuple[GivenUp, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the recognition in the form in which it is kept."""
        given_up = {"given_up": [list(each) for each in self.given_up]} if self.given_up else {}
        return {"engine": dict(self.engine), "pages": [page.to_json() for page in self.pages], **given_up}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Recognition":
        """Return the recognition that was kept."""
        pages = tuple(RecognisedPage.from_json(page) for page in kept["pages"])
        return cls(dict(kept["engine"]), pages, tuple(GivenUp(*each) for each in kept.get("given_up", ())))


def kept_recognition(content: bytes) -> Recognition | None:
    """Return the recognition that was kept as JSON; None if it is torn, or of another version."""
    try:
        return Recognition.from_json(json.loads(content))
    except (ValueError, LookupError, TypeError):
        return None


def plain(text: str) -> str:
    """Return a text without blanks, its characters in the width that Unicode prefers."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Printed(NamedTuple):
    """A line of a rendition as printed: its number, its text, and its boxes by page."""

    number: int
    text: str
    boxes: Sequence[tuple[int, Box]]


def words_of(lines: Iterable[Printed], recognition: Recognition) -> dict[int, tuple[Word, ...]]:
    """Return the words behind each line that stands on recognised pages.

    Of the words within a line's boxes count those whose text the line has, or all if there is none: the paragraphs of a
    cell share one box.
    """
    pages = {page.number: page.words for page in recognition.pages}
    found: dict[int, tuple[Word, ...]] = {}
    for line in lines:
        inside = [word for page, box in line.boxes for word in pages.get(page, ()) if is_within(word, box)]
        own = [word for word in inside if plain(word.text) in plain(line.text)] or inside
        if own and line.text.strip():
            found[line.number] = tuple(own)
    return found


def certainty(words: Sequence[Word]) -> Certainty:
    """Return the certainty of the words of a line."""
    second = "".join(word.text if word.second is None else word.second for word in words)
    least = min((score for word in words for score in word.shown), default=0.0)
    return Certainty(least, second if any(word.differs for word in words) else None)


def is_within(word: Word, box: Box) -> bool:
    """Tell if the middle of a word is within a box."""
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2
    return box.x0 - _SLACK <= x <= box.x1 + _SLACK and box.top - _SLACK <= y <= box.bottom + _SLACK
