"""Join the lines of running text to one text, and find the lines that a passage of it was printed on.

The module also decides whether passages of a text overlap, and whether a paragraph is one by which a body describes
itself.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "flow.toml")
_RE = _WORDING.patterns
CLAUSE_ENDS = _WORDING.text("clause_ends")
ITEM = _RE.item
"""The number of an item: `1.`, `（二）`, `三、`."""


@dataclass(frozen=True)
class Flow:
    """Running text joined from the lines that print it, with line breaks between them.

    A sentence that continues in the next line, as after a page break, is joined without a line break.
    """

    text: str
    places: tuple[tuple[int, Place], ...]  # offset at which each line starts

    @classmethod
    def of(cls, printed: Printed) -> "Flow":
        """Return the parts of a printed text joined to one text; see the class for where it has line breaks."""
        pieces: list[str] = []
        places: list[tuple[int, Place]] = []
        length = 0
        for place, part in printed.parts:
            # Cells of one row never form a sentence; lines of one column may.
            beside = bool(places) and place.column != places[-1][1].column
            if pieces and (beside or not _runs_on(pieces[-1], part)):
                pieces.append("\n")
                length += 1
            places.append((length, place))
            pieces.append(part)
            length += len(part)
        return cls("".join(pieces), tuple(places))

    @classmethod
    def of_lines(cls, text: str, place: Place) -> "Flow":
        """Return a text whose lines are all printed at one place, with lines joined as those of a file."""
        return cls.of(Printed(tuple((place, line) for line in text.split("\n"))))

    @classmethod
    def joined(cls, flows: Iterable["Flow"]) -> "Flow":
        """Return several texts as one, divided by line breaks; every line keeps its place."""
        given = [*flows]
        starts = accumulate((len(each.text) + 1 for each in given), initial=0)
        places = ((start + at, place) for start, each in zip(starts, given, strict=False) for at, place in each.places)
        return cls("\n".join(each.text for each in given), tuple(places))

    def within(self, start: int, end: int) -> tuple[Place, ...]:
        """Return the places of all lines that have text between two offsets, in order."""
        last = bisect_left(self.places, end, key=itemgetter(0))
        at = bisect_right(self.places, start, hi=last, key=itemgetter(0))
        first = bisect_left(self.places, self.places[at - 1][0], key=itemgetter(0)) if at else 0
        return tuple(place for _, place in self.places[first:last])


def _runs_on(last: str, after: str) -> bool:
    ended = _RE.line_end.match(last[-1:])
    return len(last) > 20 and not ended and not after.startswith("《") and not ITEM.match(after)


def describes_a_body(text: str, at: int) -> bool:
    """Return whether an offset is in a paragraph by which a body describes itself (单位概况)."""
    return _RE.of_a_body.match(text, text.rfind("\n", 0, at) + 1) is not None


NO_FIELD = ""
"""The property under which `Flows` have the texts of a project or filing that are values of no property."""
Flows = Mapping[tuple[str, str], Flow]
"""The texts of a graph with the lines that print them, by node and property (IRIs)."""


class Spans:
    """Passages of a text, which may overlap; each is given by its start and the offset after its end.

    Files may have thousands of passages and tests, so each test is done by bisection.
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reached = list(accumulate((end for _, end in ordered), max))  # furthest end up to each passage

    def meet(self, start: int, end: int) -> bool:
        """Return whether any of the passages overlaps the passage from `start` to `end`."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reached[before - 1] > start
