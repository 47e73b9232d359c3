"""The text recognised in a file's pictures (OCR), in the form that the store keeps: words with boxes and scores.

An engine (scan/) recognises a file once, and the store keeps the resulting Recognition. Readers turn it into a
rendition (the numbered lines of the file). Boxes are in points, measured from the top left of the upright page.

bounds.py  how many pages and pixels are recognised, and how long that may take
extra.py   the package extra `ocr`, without which nothing is recognised, and the formats that may need it
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

UNREAD = "\ufffd"  # a character that picture, font or bytes do not tell
_SLACK = 1.0  # points by which a word may stick out of a line's box, whose coordinates are rounded


class Box(NamedTuple):
    """A rectangle in points from the top left of its page."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def rounded(self) -> "Box":
        """Return the box with its edges rounded to a tenth of a point."""
        return Box(*(round(edge, 1) for edge in self))


Rect = tuple[float, float, float, float]
"""A rectangle as two opposite corners; each Box is one."""


class Word(NamedTuple):
    """One recognised line of a cell or of running text: its text, its box, and a score (0 to 1) per character.

    `second` is the text recognised at another scale; only words with figures or doubtful characters have one. Ink in
    which no character was recognised is a word with the text UNREAD and the score 0. `decision` is the IRI of the
    steward's decision that gave the text; it is set when a file is read, and not kept with the recognition.
    """

    text: str
    box: Box
    scores: tuple[float, ...]
    second: str | None = None
    decision: str | None = None

    @property
    def shown(self) -> tuple[float, ...]:
        """Return the scores of the characters other than spaces."""
        return tuple(score for char, score in zip(self.text, self.scores, strict=False) if not char.isspace())

    @property
    def differs(self) -> bool:
        """Return whether the text read at another scale differs in more than spaces and the width of characters."""
        return self.second is not None and plain(self.second) != plain(self.text)


class RecognisedPage(NamedTuple):
    """One recognised page: its number (from 1), its box, its ruled lines and its words.

    The picture was turned clockwise by `angle` degrees (quarter turns, and the skew of the scan) to be upright. `warp`
    has the nine numbers, row by row, of the 3x3 homography that maps points of the upright page to points of the stored
    picture, which may show more than the page. The picture is scaled so that its longer side is as long as the page's.
    """

    number: int
    box: Box
    angle: float
    rules: tuple[Box, ...]
    words: tuple[Word, ...]
    warp: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @property
    def turns(self) -> int:
        """The number of quarter turns, clockwise, that set the picture upright: 0 to 3."""
        return round(self.angle / 90) % 4

    def to_json(self) -> dict[str, Any]:
        """Return the page as JSON values, in the form in which the store keeps it; `from_json` is the inverse."""
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
        """Return the page that `to_json` gave as the JSON values `kept`."""
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
    """A page whose recognition was given up: its number (from 1), and the reason in Chinese and English."""

    number: int
    zh: str
    en: str


class Certainty(NamedTuple):
    """The certainty of a line: the least score of its characters (0 to 1).

    `second` is the line's text as recognised at another scale, None if that does not differ.
    """

    score: float
    second: str | None = None


class Recognition(NamedTuple):
    """The recognised pages of a file, the names and versions of the engine and its models, and pages given up."""

    engine: Mapping[str, str]
    pages: tuple[RecognisedPage, ...]
    given_up: tuple[GivenUp, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the recognition as JSON values, in the form in which the store keeps it."""
        given_up = {"given_up": [list(each) for each in self.given_up]} if self.given_up else {}
        return {"engine": dict(self.engine), "pages": [page.to_json() for page in self.pages], **given_up}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Recognition":
        """Return the recognition that `to_json` gave as the JSON values `kept`."""
        pages = tuple(RecognisedPage.from_json(page) for page in kept["pages"])
        return cls(dict(kept["engine"]), pages, tuple(GivenUp(*each) for each in kept.get("given_up", ())))


def kept_recognition(content: bytes) -> Recognition | None:
    """Parse a kept recognition from its JSON; return None if it is damaged, or in another version's format."""
    try:
        return Recognition.from_json(json.loads(content))
    except (ValueError, LookupError, TypeError):
        return None


def plain(text: str) -> str:
    """Return a text without spaces and in Unicode form NFKC, which turns ＡＢ１２ into AB12."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def words_of(
    lines: Iterable[tuple[int, str, Sequence[tuple[int, Box]]]], recognition: Recognition
) -> dict[int, tuple[Word, ...]]:
    """Return the recognised words that each line was made from, by line number; lines without any are left out.

    A line is given as its number, its text, and its boxes, each with the number of its page. Several paragraphs of a
    cell share one box, so of the words in a line's boxes only those are taken whose text occurs in the line; without
    such a word, all words in the boxes are taken.
    """
    pages = {page.number: page.words for page in recognition.pages}
    found: dict[int, tuple[Word, ...]] = {}
    for number, text, boxes in lines:
        inside = [word for page, box in boxes for word in pages.get(page, ()) if is_within(word, box)]
        own = [word for word in inside if plain(word.text) in plain(text)] or inside
        if own and text.strip():
            found[number] = tuple(own)
    return found


def certainty(words: Sequence[Word]) -> Certainty:
    """Return the certainty of a line that consists of these words."""
    second = "".join(word.text if word.second is None else word.second for word in words)
    least = min((score for word in words for score in word.shown), default=0.0)
    return Certainty(least, second if any(word.differs for word in words) else None)


def is_within(word: Word, box: Box) -> bool:
    """Return whether the middle of a word is within a box, or at most one point outside of it."""
    return holds(box, word.box, _SLACK)


def holds(outer: Rect, inner: Rect, slack: float = 0.0) -> bool:
    """Return whether the middle of a box is within the box `outer`, or at most `slack` outside of it."""
    x = (inner[0] + inner[2]) / 2
    y = (inner[1] + inner[3]) / 2
    return outer[0] - slack <= x <= outer[2] + slack and outer[1] - slack <= y <= outer[3] + slack


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that contains all of `boxes`. Raises ValueError if there are none."""
    every = list(boxes)
    return Box(
        min(box.x0 for box in every),
        min(box.top for box in every),
        max(box.x1 for box in every),
        max(box.bottom for box in every),
    )


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes overlap; boxes that only touch do not."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    return across > 0 and min(one.bottom, other.bottom) > max(one.top, other.top)
