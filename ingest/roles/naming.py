"""Weigh the evidence for and against a text as the name of a project.

For a text speaks the place where it is printed: beside the label of names, in the column of names, in a title, above
the points of a project, or in two places. Against it speaks what it says: a label, a sum, a body, general words.
naming.toml has the weight of each kind of evidence. A name needs the least sum, and more than any other candidate for
the same project by a margin: below it, no name is stated.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest.model import Printed
from jixiao.ingest.roles.labels import CELLS, labels
from jixiao.ingest.roles.role import OF_MONEY, Kind, is_word, of_text
from jixiao.ingest.values.plain import folded
from jixiao.ontology.places import opening
from jixiao.ontology.schemes import category, nature
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "naming.toml")
_WEIGHTS, _RE = _WORDING.tables["weights"], _WORDING.patterns
_LEAST, _MARGIN = int(_WEIGHTS["least"]), int(_WEIGHTS["margin"])
_BODY_END = re.compile(rf"{CELLS.text('body_end')}$")
_FEWEST = 3  # characters of a name besides general words


class Candidate(NamedTuple):
    """A text that may name a project, as printed, and the kind of evidence for it."""

    name: str
    printed: Printed
    evidence: str


def weight(text: str, *evidence: str) -> int:
    """Return the sum of the weights of evidence for a text as a name, and of what its words say against it."""
    return sum(int(_WEIGHTS[kind]) for kind in (*evidence, *_against(text)))


def may_name(text: str, *evidence: str) -> bool:
    """Return whether a text may name a project, by the evidence for it and its words."""
    return weight(text, *evidence) >= _LEAST


def chosen(candidates: Iterable[Candidate]) -> tuple[Candidate | None, Candidate | None]:
    """Return the best candidate, and the best one with another name that is too near for the first to be sure.

    None without a candidate that may name a project, and without such a rival. A name that contains the other, or is
    contained in it, is no other name.
    """
    weighed = sorted(((weight(each.name, each.evidence), each) for each in candidates), key=lambda pair: -pair[0])
    told = [pair for pair in weighed if pair[0] >= _LEAST]
    if not told:
        return None, None
    (most, best), *others = told
    near = (each for own, each in others if most - own < _MARGIN)
    return best, next((each for each in near if not (each.name in best.name or best.name in each.name)), None)


def is_rounded(text: str) -> bool:
    """Return whether a name ends in a general word, such as 资金, so that a further one is hardly its end."""
    general = _RE.general.fullmatch(folded(text))
    return general is not None and general.end("own") < general.end()


def is_general(text: str) -> bool:
    """Return whether a text has nothing but general words, as funds of a year do: 2023年度县级财政专项资金."""
    general = _RE.general.fullmatch(folded(text))
    return general is not None and not general["own"]


def is_other_value(text: str) -> bool:
    """Return whether a line below a name is the value of another label: a body with its place, or a kind of project."""
    shown = folded(text)
    return bool(opening(shown)[0] and _BODY_END.search(shown)) or any(find(shown) for find in (category, nature))


@lru_cache(maxsize=8192)  # several stages ask for the same texts
def _against(text: str) -> tuple[str, ...]:
    """Return the kinds of evidence that the words of a text are against its being a name."""
    return tuple(_found(text, folded(text)))


def _found(text: str, shown: str) -> Iterator[str]:
    told, general = of_text(text), _RE.general.fullmatch(shown)
    own = general["own"] if general else ""
    rest = _RE.of_titles.sub("", shown)
    if told.kind in OF_MONEY:
        yield "group_of_money"
    elif told.kind is Kind.LEVEL or is_word(text):
        yield "word"
    if CELLS.pattern("label_of_name").search(shown):
        yield "holds_label"
    if _RE.sum.fullmatch(shown):
        yield "sum"
    if _RE.torn.search(shown):
        yield "torn"
    if not own or _RE.masked.search(text) or labels().line("placeholder", text):
        yield "general" if text.strip() and not own else "placeholder"
    elif _RE.body.fullmatch(own):
        yield "body"
    if len(rest) < _FEWEST or _RE.company.fullmatch(rest) or _RE.body.fullmatch(rest):
        yield "vague"
