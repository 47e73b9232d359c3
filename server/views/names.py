"""Find the bodies and documents that a typed name means; bodies include related ones such as （本级） and （汇总）.

Names come from the full-text index of a generation. A store without an index, such as a remote endpoint, is queried
instead; queries find only names that contain the text, and no similar names.
"""

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
"""Most things that one typed name may mean."""

Run = Callable[[str], bytes]
_CLASSES: Mapping[str, str] = MappingProxyType({"org": terms.Department, "basis": terms.LegalBasis})
_WIDE = str.maketrans("(),:;?!", "（），：；？！")
_ROUNDS = 4
_OFFERED = 20
MOST_PRINTED = 1000
KNOWN: Mapping[str, str] = MappingProxyType({"indicator-name": "printed"})
"""Parameters of view files that take all known names with a text in them, by the kind of the parameter for the text."""

_PRINTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "indicator-name": ("indicator-name",),
        "indicator-type": ("level1", "level2"),
        "category": ("category",),
    }
)


class Names(Protocol):
    """Names of the things in one version of the dataset."""

    def names(self, kind: str, text: str, limit: int = 20) -> Sequence[Name]:
        """Return things of a kind with a name that is, contains or is abbreviated by the text, best first."""

    def near(self, kind: str, text: str, limit: int = 5) -> Sequence[Name]:
        """Return things of a kind with a name similar to the text."""

    def choices(self, kind: str, starting: str = "", limit: int = 100) -> Sequence[Choice]:
        """Return known values of a kind that contain the text, most used in projects first."""

    def facts(self) -> AbstractContextManager[Reader | None]:
        """Lend a reader of the tables of facts to a `with` block; None if there are no tables."""


@dataclass(frozen=True)
class Resolved:
    """One thing that a typed name was taken to mean; `how` is the way it matches, or `kin` for a related body."""

    parameter: str
    typed: str
    iri: str
    label: str
    how: str


class AmbiguousError(ParameterError):
    """A typed value fits several things, and the reader has to choose; `choices` are some of them."""

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
    """Return the error that offers documents whose title was typed for a number; None if no document has that title."""
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
    """Names found by SPARQL queries, for a store without an index."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
        """Return things of a kind whose name is the text or contains it, exact names first."""
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
        """Return an empty list: queries find no similar names."""
        return []

    def choices(self, kind: str, starting: str = "", limit: int = 100) -> list[Choice]:
        """Return an empty list: queries do not list known values."""
        return []

    def facts(self) -> AbstractContextManager[None]:
        """Lend None to a `with` block: there are no tables of facts."""
        return nullcontext()


def printed(parameter: Parameter, texts: Sequence[str], names: Names) -> tuple[str, list[Term]]:
    """Return the parameter to bind and, as terms, the words printed in the dataset that contain the typed texts.

    For names of indicators the list is empty if none or more than MOST_PRINTED fit; the query then searches by itself.
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
    """Return the things that typed names mean, as terms and for readers; an unknown name gives the IRI made from it.

    An IRI means only itself; the name of a body also means related bodies (kindred). Raises ParameterError, and what
    `run` raises.
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
    """Return the text undivided if it has no commas or is a name itself, otherwise its parts between commas."""
    parts = split(text)
    whole = len(parts) < 2 or not parameter.reads.splits or names.names(parameter.reads.names or "", text, 1)
    return [text] if whole else parts


def _meant(parameter: Parameter, text: str, names: Names) -> list[Name]:
    parameter.terms(text, "http://localhost/")  # refuses an empty or overlong text before the search
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
    """Return the bodies related to some bodies, and those related to these, in a few rounds.

    The query `kindred` relates bodies for their own level and for totals, and under earlier and later names. Raises
    what `run` raises.
    """
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
    """Return names of things by IRI."""
    return {row["node"]["value"]: row["name"]["value"] for row in _rows(run, "names", "node", iris)} if iris else {}


def _rows(run: Run, name: str, parameter: str, iris: Sequence[str]) -> list[dict[str, dict[str, str]]]:
    """Return the rows of a query of the server with IRIs bound to one parameter."""
    found = json.loads(run(bind(query(name), {parameter: [NamedNode(each) for each in iris]})))
    rows: list[dict[str, dict[str, str]]] = found["results"]["bindings"]
    return rows
