"""Find the things that a typed name means: bodies with their （本级） and （汇总）, and documents.

Names come from the full-text index of a generation. A store without one, such as a remote endpoint, is asked by a
query; then only names that contain the text are found, and nothing near it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import numbers, terms
from jixiao.ontology.identity import key
from jixiao.server.errors import ParameterError
from jixiao.server.query.binding import Term, bind, query
from jixiao.server.views.kinds import iri, split
from jixiao.server.views.parameters import Parameter, several
from jixiao.store.index.readers import Reader
from jixiao.store.index.results import Choice, Name

MANY = 100
"""Things that one typed name may mean."""

Run = Callable[[str], bytes]
_CLASSES: Mapping[str, str] = MappingProxyType({"org": terms.Department, "basis": terms.LegalBasis})
_WIDE = str.maketrans("(),:;?!", "（），：；？！")
_ROUNDS = 4
_OFFERED = 20
MOST_PRINTED = 1000
KNOWN: Mapping[str, str] = MappingProxyType({"indicator-name": "printed"})
"""Parameters of a file that take the names known to have a text, by the kind of the parameter that takes the text."""

_PRINTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "indicator-name": ("indicator-name",),
        "indicator-type": ("level1", "level2"),
        "category": ("category",),
    }
)


class Names(Protocol):
    """Names of the things of one state of the dataset."""

    def names(self, kind: str, text: str, limit: int = 20) -> Sequence[Name]:
        """Return things of a kind with a name that is, contains or is abbreviated by the text, best first."""

    def near(self, kind: str, text: str, limit: int = 5) -> Sequence[Name]:
        """Return things of a kind with a name close to the text."""

    def choices(self, kind: str, starting: str = "", limit: int = 100) -> Sequence[Choice]:
        """Return the values of a kind that contain the text, those of most projects first."""

    def facts(self) -> AbstractContextManager[Reader | None]:
        """Lend the tables of facts for a block; None if there are none."""


@dataclass(frozen=True)
class Resolved:
    """One thing that a typed name was taken to mean; `how` is a Name's, or `kin` for a body that goes with another."""

    parameter: str
    typed: str
    iri: str
    label: str
    how: str


class AmbiguousError(ParameterError):
    """A typed value has to be chosen from things that it may mean, some of which are `choices`."""

    def __init__(self, zh: str, en: str, parameter: str, choices: Sequence[Name]) -> None:
        super().__init__(zh, en)
        self.parameter = parameter
        self.choices = choices


def too_many(parameter: Parameter, typed: str, choices: Sequence[Name]) -> AmbiguousError:
    """Return the error for a name that fits too many things."""
    return AmbiguousError(
        f"“{typed}”符合的{parameter.label_zh}超过 {MANY} 个，请写得具体一些，或从中选择。",
        f"More than {MANY} things fit “{typed}” ({parameter.label_en}); type more of the name, or choose one.",
        parameter.name,
        choices,
    )


def titles(parameter: Parameter, texts: Sequence[str], names: Names) -> AmbiguousError | None:
    """Return the error for a document that is named by its title where its number is needed; None if none has it."""
    found = {each.iri: each for text in texts for each in names.names("basis", text, _OFFERED)}
    if not found:
        return None
    named = "、".join(texts)
    return AmbiguousError(
        f"“{named}”不是发文字号；名称含有它的文件：",
        f"“{named}” is not a document number; documents with it in their names:",
        parameter.name,
        list(found.values()),
    )


class Queried:
    """Names found by queries."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
        """Return things of a kind with a name that is the text or contains it, those of that name first."""
        number = numbers.parse(text) if kind == "basis" else None
        plain = unicodedata.normalize("NFKC", number.canonical if number else text).strip().lower()
        texts = [Literal(each) for each in dict.fromkeys((plain, plain.translate(_WIDE)))]
        sparql = bind(query("things-named"), {"class": NamedNode(_CLASSES[kind]), "text": texts})
        found: dict[str, Name] = {}
        for row in json.loads(self._run(sparql))["results"]["bindings"]:
            thing, name = row["thing"]["value"], row["name"]["value"]
            same = key(name) in (key(text), key(plain))
            if thing not in found or same:
                found[thing] = Name(thing, kind, name, name, "same" if same else "contains", 0)
        return sorted(found.values(), key=lambda each: each.how != "same")[:limit]

    def near(self, kind: str, text: str, limit: int = 5) -> list[Name]:
        """Return nothing: queries do not find what is only near."""
        return []

    def choices(self, kind: str, starting: str = "", limit: int = 100) -> list[Choice]:
        """Return nothing: queries do not list the values."""
        return []

    def facts(self) -> AbstractContextManager[None]:
        """Lend nothing: there are no tables."""
        return nullcontext()


def printed(parameter: Parameter, texts: Sequence[str], names: Names) -> tuple[str, list[Term]]:
    """Return the printed words that typed texts are part of, as terms, and the name of the parameter that takes them.

    There are none for names of indicators if they are too many, or if no index knows them.
    """
    kinds = _PRINTED.get(parameter.kind, ())
    found = [choice for text in texts for kind in kinds for choice in names.choices(kind, text, MOST_PRINTED + 1)]
    words: list[Term] = [Literal(choice.value, language="zh") for choice in found]
    if parameter.kind not in KNOWN:
        return parameter.name, words
    return (KNOWN[parameter.kind], words) if 0 < len(words) <= MOST_PRINTED else (parameter.name, [])


def resolve(
    parameter: Parameter, typed: str | Sequence[str], base_iri: str, names: Names, run: Run
) -> tuple[list[Term], list[Resolved]]:
    """Return the things that typed names mean, as terms and for readers; a name that fits nothing gives its identity.

    An IRI means itself alone; a body's name means its family too. Raises ParameterError, and what `run` raises.
    """
    found: list[Resolved] = []
    strange: list[Term] = []
    texts = [part for text in several(typed) for part in _parts(parameter, text, names)]
    for text in texts:
        named = iri(text, base_iri)
        meant = [] if named else _meant(parameter, text, names)
        found += [Resolved(parameter.name, text, each.iri, str(each.label), each.how) for each in meant]
        if not meant:
            strange += parameter.terms(text, base_iri)
    if parameter.kind == "department":
        found += _kin(parameter, found, run)
    once = {each.iri: each for each in reversed(found)}
    terms_ = [NamedNode(each) for each in sorted(once)]
    return [*dict.fromkeys([*terms_, *strange])], [once[each] for each in dict.fromkeys(each.iri for each in found)]


def _parts(parameter: Parameter, text: str, names: Names) -> list[str]:
    """Return a text whole if it names something or has no commas, otherwise its parts."""
    parts = split(text)
    whole = len(parts) < 2 or not parameter.reads.splits or names.names(parameter.reads.names or "", text, 1)
    return [text] if whole else parts


def _meant(parameter: Parameter, text: str, names: Names) -> list[Name]:
    parameter.terms(text, "http://localhost/")  # what has no character or too many is said before anything is searched
    fitting = names.names(parameter.reads.names or "", text, MANY + 1)
    for how in ("same", "contains", "abbreviates"):
        found = [each for each in fitting if each.how == how]
        if len(found) > MANY:
            raise too_many(parameter, text, found[:_OFFERED])
        if found:
            return found
    return []


def _kin(parameter: Parameter, of: Sequence[Resolved], run: Run) -> list[Resolved]:
    kin = kindred([each.iri for each in of], run)
    named = labels(run, kin)
    return [Resolved(parameter.name, of[0].typed, each, named.get(each, each), "kin") for each in kin]


def kindred(of: Sequence[str], run: Run) -> list[str]:
    """Return the bodies that go with bodies, and those that go with these. Raises what `run` raises."""
    new = list(of)
    known = dict.fromkeys(new)
    for _ in range(_ROUNDS):
        if not new or len(known) > MANY * _ROUNDS:
            break
        rows = _rows(run, "kindred", "body", new)
        new = [each for row in rows if (each := row["kin"]["value"]) not in known]
        known |= dict.fromkeys(new)
    return list(known)[len(set(of)) :]


def labels(run: Run, iris: Sequence[str]) -> dict[str, str]:
    """Return the names of some things."""
    return {row["node"]["value"]: row["name"]["value"] for row in _rows(run, "names", "node", iris)} if iris else {}


def _rows(run: Run, name: str, parameter: str, iris: Sequence[str]) -> list[dict[str, dict[str, str]]]:
    """Return the rows of one of the server's queries about some things."""
    found = json.loads(run(bind(query(name), {parameter: [NamedNode(each) for each in iris]})))
    rows: list[dict[str, dict[str, str]]] = found["results"]["bindings"]
    return rows
