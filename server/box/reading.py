"""Read a text: its conditions, the table and the shape that it asks for, as an address of a table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.box import english, following, topics, values, words
from jixiao.server.box.choosing import Chosen, Said, Shape
from jixiao.server.box.names import Finder, divided
from jixiao.server.box.words import Piece
from jixiao.server.http import requests
from jixiao.store.index.index import Index
from jixiao.store.tables.table import Table

Rows = Callable[[str, Mapping[str, Any]], int]
"""A function that returns how many rows of a table meet the conditions of an address."""


@dataclass(frozen=True)
class Reading:
    """The reading of the text `q`: conditions (`said`) on a table, and the shape of the answer.

    `searched` are the words that are searched for, `unused` those used for nothing, and `notes` sentences on matters
    that filings do not state.
    """

    q: str
    table: Table
    said: tuple[Said, ...] = ()
    shape: Shape = field(default_factory=Shape)
    searched: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    recognised: bool = False

    @property
    def given(self) -> dict[str, str | Sequence[str]]:
        """The parameters of the address, as table_address.read takes them."""
        shaped = {
            "group": ",".join(self.shape.group),
            "measure": ",".join(self.shape.measure),
            "sort": self.shape.sort,
            "limit": self.shape.limit,
            "offset": self.shape.offset,
        }
        return {**given(self.said), **{name: typed for name, typed in shaped.items() if typed}}

    @property
    def address(self) -> str:
        """The address of the table with the conditions."""
        return requests.address(f"/tables/{self.table.name}", self.given)

    @property
    def understood(self) -> bool:
        """True if a value or an operation was recognised, or words occur in rows; a noun alone is not enough."""
        return self.recognised or bool(self.searched)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as JSON has it, without rows."""
        return {
            "q": self.q,
            "understood": self.understood,
            "table": self.address,
            "slots": [asdict(each) for each in self.said],
            "searched": [*self.searched],
            "unused": [*self.unused],
            "notes": [asdict(each) for each in self.notes],
        }


class Reader:
    """Reads texts by the names and texts of one version of the dataset."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index, self._rows = index, rows
        self._finder = Finder(index)

    def read(self, q: str, after: str = "") -> Reading:
        """Return the reading of a text, which may follow another one (`after`)."""
        text, pieces, lost = self._pieces(q)
        if after and following.follows(text, pieces):
            text, pieces = following.joined(self._pieces(after)[:2], (text, pieces))
        chosen = Chosen(text, pieces)
        said, unused = chosen.conditions()
        said, vain = self._met(chosen, said)
        matters = [words.table()["matter"][each.value] for each in pieces if each.kind == "matter"]
        shape = chosen.shape()
        return Reading(
            q,
            chosen.table,
            tuple(said),
            shape,
            tuple(each.text for each in said if each.kind == "topic"),
            (
                *(fold(q)[each.start : each.end] for each in lost),
                *(text[each.start : each.end] for each in unused),
                *vain,
            ),
            tuple(Bilingual(each["zh"], each["en"]) for each in matters),
            bool([each for each in said if each.kind != "topic"] or shape.operations or shape.group),
        )

    def _pieces(self, q: str) -> tuple[str, list[Piece], list[Piece]]:
        """Return a text, folded, with its pieces in order and the pieces of it that occur nowhere."""
        text = fold(q)
        found = [*values.find(text, self._finder.numbered), *words.find(text), *self._finder.find(text)]
        pieces = divided(text, found)
        occurs = self._index.occurs
        sought = [*topics.find(text, pieces, occurs), *english.topics(text, pieces, occurs)]
        pieces += [each for each, is_there in sought if is_there]
        return (
            text,
            sorted(pieces, key=lambda each: (each.start, each.end)),
            [each for each, there in sought if not there],
        )

    def _met(self, chosen: Chosen, said: Sequence[Said]) -> tuple[list[Said], list[str]]:
        """Return the conditions without those parts of a topic that no row meets beside the others, and these parts."""
        kept = [each for each in said if not each.partial]
        vain: list[str] = []
        for each in sorted((each for each in said if each.partial), key=lambda each: -len(each.text)):
            more = [*kept, each]
            if len(said) == 1 or self._rows(chosen.table.name, given(more)):
                kept = more
            else:
                vain.append(each.text)
        return sorted(kept, key=lambda each: each.start), vain


def given(said: Iterable[Said]) -> dict[str, str | Sequence[str]]:
    """Return conditions as the parameters of an address; those of one related column are numbered."""
    found: dict[str, str | Sequence[str]] = {}
    for each in said:
        further = 1 + sum(name.startswith(each.slot) for name in found)
        slot = each.slot if further == 1 else f"{each.slot}.{further}"
        found[slot] = each.values if len(each.values) > 1 else each.values[0]
    return found
