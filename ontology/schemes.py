"""Find the concepts of the SKOS schemes by printed words.

The words are in the Turtle files beside this module: a new printed form is added there as a skos:altLabel.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ontology import grouping, identity, reference, terms

_FUNCTION = re.compile(r"2\d\d(?:\d\d){0,2}(?!\d)")
"""A code of the functional classification of expenditure: of a class, a group or an item."""

_INDICATOR = "指标"
_BETWEEN = re.compile(r"[/、,;()]")  # between the kinds that a form offers


@dataclass(frozen=True)
class _Scheme:
    """A concept scheme; concepts are IRIs.

    `concepts` maps the key of a printed word to concepts, `words` a concept to its Chinese words, and `broader` a
    concept to the next broader one.
    """

    concepts: dict[str, tuple[str, ...]]
    words: dict[str, frozenset[str]]
    broader: dict[str, str]

    def names(self, text: str) -> list[str]:
        """Return the names of concepts that a text, given as a key, has in succession, as long as possible."""
        longest_first = sorted(self.concepts, key=len, reverse=True)
        return re.findall("|".join(map(re.escape, longest_first)), text)


def indicator_type(level1: str | None, level2: str | None) -> str | None:
    """Return the concept of an indicator's printed first and second level, or None if neither is known.

    The second level decides. The first level distinguishes 成本指标 below 产出指标 from 成本指标 as a first level, and
    is used alone if the second is blank or unknown. Another word may follow a known one in brackets,
    数量指标（规模指标）, and 指标 may be left out: 数量.
    """
    scheme = _scheme("indicator-type.ttl")
    first = next((c for c in _bearing(scheme, level1) if c not in scheme.broader), None)
    word = identity.key(level2 or "").partition("(")[0]
    spellings = (level2, word, word and word + _INDICATOR)
    named = next(filter(None, (_bearing(scheme, spelling) for spelling in spellings)), ())
    below = [concept for concept in named if first and scheme.broader.get(concept) == first]
    second = [concept for concept in named if concept in scheme.broader]
    if below or (second and first not in named):
        return (below or second)[0]
    return first if first in named or not named else named[0]


@cache
def level1_labels() -> frozenset[str]:
    """Return the printed words for first-level indicators, as `identity.label` writes them."""
    scheme = _scheme("indicator-type.ttl")
    return frozenset().union(*(words for concept, words in scheme.words.items() if concept not in scheme.broader))


@cache
def level2_labels() -> frozenset[str]:
    """Return the printed words for second-level indicators, as `identity.label` writes them."""
    scheme = _scheme("indicator-type.ttl")
    return frozenset().union(*(words for concept, words in scheme.words.items() if concept in scheme.broader))


@cache
def level_labels() -> frozenset[str]:
    """Return the printed words for indicators of either level, as `identity.label` writes them."""
    return level1_labels() | level2_labels()


def category(printed: str) -> str | None:
    """Return the concept of a printed 项目类别, or None if there is none."""
    return next(iter(_bearing(_scheme("project-category.ttl"), printed)), None)


def nature(printed: str) -> str | None:
    """Return the concept of a printed 项目性质, or None if there is none."""
    return next(iter(_bearing(_scheme("project-nature.ttl"), printed)), None)


def names_several_kinds(printed: str) -> bool:
    """Return whether a text only names several kinds or natures of projects, as a form offers them to choose from."""
    text = _BETWEEN.sub("", identity.key(printed))
    schemes = map(_scheme, ("project-category.ttl", "project-nature.ttl"))
    return any("".join(names := scheme.names(text)) == text and len(names) > 1 for scheme in schemes)


def section_kind(heading: str) -> str | None:
    """Return the concept of a section by its own name (立项依据, not 政策依据), or None if there is none."""
    return next(iter(_bearing(_scheme("section-kind.ttl"), heading)), None)


def function(printed: str) -> str | None:
    """Return the concept of the code with which a printed function of expenditure begins, or None without one.

    The concept stands for the code's group (款), or for its class (类) if the scheme lacks the group.
    """
    code = _FUNCTION.match(identity.key(printed))
    iris = [f"{terms.VOCAB}function/{code[0][:digits]}" for digits in (5, 3)] if code else []
    return next((iri for iri in iris if iri in _scheme("function.ttl").words), None)


def _bearing(scheme: _Scheme, printed: str | None) -> tuple[str, ...]:
    """Return the concepts that have a printed word as a name; empty if the word is blank or unknown."""
    return scheme.concepts.get(identity.key(printed), ()) if printed else ()


@cache
def _scheme(file_name: str) -> _Scheme:
    """Read the concept scheme in a Turtle file of this folder, with the Chinese spellings of its concepts."""
    said = reference.Facts(parse(path=Path(__file__).with_name(file_name), format=RdfFormat.TURTLE))
    members = [node for node in said if terms.SKOS_Concept in said.iris(node, terms.RDF_type)]
    names = [
        (node.value, printed)
        for node in members
        for name in said.values(node, *(terms.SKOS_prefLabel, terms.SKOS_altLabel))
        if isinstance(name, Literal) and name.language == "zh"
        for printed in _spellings(name.value)
    ]
    return _Scheme(
        {
            word: tuple(sorted(set(iris)))
            for word, iris in grouping.by_key((identity.key(each), iri) for iri, each in names).items()
        },
        {iri: frozenset(map(identity.label, words)) for iri, words in grouping.by_key(names).items()},
        {node.value: broader for node in members for broader in said.iris(node, terms.SKOS_broader)},
    )


def _spellings(name: str) -> list[str]:
    """Return the words that filings print for a concept's name: 数量指标, 数量目标, 数量值, 数量类, 数量类指标.

    A name that does not end in 指标 is the only word for its concept.
    """
    stem = name.removesuffix("指标")
    return [name] if stem == name else [name, *(f"{stem}{end}" for end in ("目标", "值", "类", "类指标"))]
