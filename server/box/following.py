"""Join a text to the one that it follows: its values take the places of those before (那2023年呢, and in Yunnan?)."""

from collections.abc import Sequence
from dataclasses import replace

from jixiao.server.box.words import Piece, flat, is_whole, table

_REPLACED = (
    *(frozenset(("year",)), frozenset(("number", "document")), frozenset(("type",)), frozenset(("topic", "project"))),
    *(frozenset(("money", "percent", "points", "figure")), frozenset(("operation", "group", "top", "rank"))),
    *(frozenset(("noun", "doing")),),
)
"""Kinds of pieces of which those of one text replace all of the text before."""
_WHERE = {"place": ("place", "body"), "body": ("place", "body", "organ"), "organ": ("body", "organ")}
"""What a place, a body or a kind of bodies replaces."""

Text = tuple[str, Sequence[Piece]]
"""A folded text with its pieces."""


def follows(text: str, pieces: Sequence[Piece]) -> bool:
    """Return True if a text asks on: it opens with a word such as 那 or “and”, or says no more than values."""
    opens = any(text.startswith(word) and is_whole(text, 0, len(word)) for word in flat(table()["follow"]))
    return opens or not {"noun", "operation"} & {each.kind for each in pieces}


def joined(before: Text, now: Text) -> tuple[str, list[Piece]]:
    """Return both texts as one, without the pieces of the first that pieces of the second replace."""
    kinds = {each.kind for each in now[1]}
    replaced = {kind for family in _REPLACED for kind in family if family & kinds}
    replaced |= {kind for each in kinds for kind in _WHERE.get(each, ())}
    shift = len(before[0]) + 1
    kept = [each for each in before[1] if each.kind not in replaced]
    return (
        f"{before[0]}\n{now[0]}",
        [*kept, *(replace(each, start=each.start + shift, end=each.end + shift) for each in now[1])],
    )
