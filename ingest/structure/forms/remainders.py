"""Tell whether a text is the rest of a cell above, which a page or a line has broken."""

import re
from functools import cache

from jixiao.ingest.roles.vocabulary import data
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse

_WORD = re.compile(r"\w")
_SHORTEST_NAME, _LONGEST_REST = 3, 7  # characters of a name, and of the rest of one


def is_torn(text: str) -> bool:
    """Return whether a bracket is open at the end of a text, or closed that was not opened."""
    return folded(text).count("(") != folded(text).count(")")


def is_rest_of_name(name: str, rest: str) -> bool:
    """Return whether a text is the rest of an indicator's name, and no name of its own."""
    word = folded(rest)
    if is_torn(name) and not is_torn(name + rest):
        return True  # it closes the bracket
    if not _WORD.search(word) or parse(word).value is not None:
        return False
    ends = _ends_of_names()
    if len(word) <= _SHORTEST_NAME or ends.fullmatch(folded(name)):
        return len(word) <= _SHORTEST_NAME
    is_name = ends.fullmatch(word) is not None
    whole = ends.fullmatch(folded(name) + word) is not None
    return len(word) < _LONGEST_REST and (whole or not is_name)


def names_nothing(text: str) -> bool:
    """Return whether a text is no name: a line to be filled in, a sum, or what a line's end has left of a level."""
    word = folded(text)
    if _is_sum(text):
        return True
    return not _WORD.search(text) or word.endswith(":") or word in TABLE.words("fragments")


def _is_sum(text: str) -> bool:
    try:
        return amounts.stated(text, amounts.YUAN) is not None
    except ValueError:
        return False


@cache
def _ends_of_names() -> re.Pattern[str]:
    return re.compile(rf".+{data()['value']['names']}")
