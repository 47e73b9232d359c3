"""Find the bodies, documents and regions that a typed name means; bodies include related ones such as （本级）.

Names come from the full-text index of a generation. A store without an index, such as a remote endpoint, is queried
instead; queries find only names that contain the text, and no similar names.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import identity, numbers, terms
from jixiao.ontology.places import long_name, places
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import several
from jixiao.server.query.binding import Term, bind, bindings, query
from jixiao.server.views.parameters import (
    Parameter,
    iri,
    outermost,
    region_codes,
    region_terms,
    regions_of,
    searched,
    split,
)
from jixiao.server.views.sentences import refusal, sentence
from jixiao.shapes import catalogue
from jixiao.store.index import lookup
from jixiao.store.index.found import Choice, Name
from jixiao.store.index.index import Index

MANY = 100
"""Most things that one typed name may mean."""

Run = Callable[[str], bytes]
"""A function that runs a SPARQL query and returns its results as SPARQL 1.1 Query Results JSON."""

_CLASSES = {"org": terms.Department, "basis": terms.LegalBasis}
_MOST_PLACES = 10_000  # China has fewer than 4,000 divisions
_ROUNDS = 4
_OFFERED = 20
MOST_PRINTED = 1000
_PRINTED = {
    "indicator-type": ("level1", "level2"),
    "category": ("category",),
}
"""The kinds under which the index has the words that the dataset prints, by kind of parameter."""

_WORDS = {
    "indicator-type": ("level1", "level2"),
    "category": ("category", "nature"),
    "unit": ("unit",),
    "fault": ("rule",),
    "own-fault": ("rule",),
}
"""The kinds under which the index has the values of a dataset, by kind of parameters that take no other values."""

_PROPERTIES = {
    "level1": terms.printedLevel1,
    "level2": terms.printedLevel2,
    "category": terms.printedCategory,
    "nature": terms.printedNature,
    "unit": terms.targetUnit,
    "rule": terms.SH_sourceShape,
}
TOLD = 12
"""Known values that an error names, the most frequent ones."""


@dataclass(frozen=True)
class Resolved:
    """One thing that a typed name was taken to mean.

    `how` is the way in which the thing's name matches the typed one, or `kin` for a body related to a matching one.
    """

    parameter: str
    typed: str
    iri: str
    label: str
    how: str


class AmbiguousError(ParameterError):
    """An error: a typed value fits several things; `choices` are some of these, for the reader to choose from."""

    def __init__(self, zh: str, en: str, parameter: str, choices: Sequence[Name]) -> None:
        super().__init__(zh, en)
        self.parameter = parameter
        self.choices = choices


def _ambiguous(words: Bilingual, parameter: Parameter, choices: Sequence[Name]) -> AmbiguousError:
    return AmbiguousError(words.zh, words.en, parameter.name, choices)


@dataclass(frozen=True)
class Queried:
    """Names found by SPARQL queries, for a store without an index."""

    run: Run

    def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
        """Return things of a kind whose name is the text or contains it, exact names first."""
        number = numbers.parse(text) if kind == "basis" else None
        plain = unicodedata.normalize("NFKC", number.canonical if number else text).strip().lower()
        named: dict[str, Name] = {}
        for row in _rows(self.run, "things-named", {"class": [NamedNode(_CLASSES[kind])], "text": searched(plain)}):
            thing, name = row["thing"]["value"], row["name"]["value"]
            same = identity.key(name) in (identity.key(text), identity.key(plain))
            if thing not in named or same:
                named[thing] = Name(thing, kind, name, name, "same" if same else "contains", 0)
        return sorted(named.values(), key=lambda each: each.how != "same")[:limit]

    def near(self, kind: str, text: str, limit: int = 5) -> list[Name]:
        """Return an empty list: queries find no similar names."""
        return []

    mentioned = near

    def choices(self, kind: str, starting: str = "", limit: int = 100, of: str = "") -> list[Choice]:
        """Return up to `limit` values that contain `starting`: places in use for the kind `place`, else printed words.

        Words are listed only if `starting` is not empty; `of` is ignored. Kinds that are not queried give an empty
        list.
        """
        if kind in _PROPERTIES and starting:
            values: dict[str, Sequence[Term]] = {
                "property": [NamedNode(_PROPERTIES[kind])],
                "text": searched(starting),
            }
            words = [row["word"]["value"] for row in _rows(self.run, "words", values)]
            return [Choice(word, word, 0) for word in words[:limit]]
        rows = _rows(self.run, "places", {}) if kind == "place" else []
        iris = [row["place"]["value"] for row in rows if starting in row["place"]["value"]]
        return [Choice(iri, iri, 0, iri) for iri in iris[:limit]]


Names = Index | Queried
"""Names of the things in one version of the dataset."""


def read_terms(parameter: Parameter, typed: str | Sequence[str], base_iri: str, names: Names | None) -> list[Term]:
    """Return the terms of typed values, with the words printed in the dataset that contain what is typed.

    Without `names` neither documents nor the words of the dataset are looked up. Raises ParameterError; if a title was
    typed for a document's number, AmbiguousError, which offers documents with that title.
    """
    texts = parameter.values(typed)
    try:
        read = [term for text in texts for term in parameter.terms(text, base_iri)]
    except ParameterError as error:
        if names is None or parameter.kind != "document-number":
            raise
        documents = {each.iri: each for text in texts for each in lookup.meant(names, "basis", text, _OFFERED)}
        if not documents:
            raise
        title = sentence("no-number", title="、".join(texts))
        raise _ambiguous(title, parameter, list(documents.values())) from error
    if names is not None:
        for text in texts:
            _check_known(parameter, text, base_iri, names)
            for kind in _PRINTED.get(parameter.kind, ()):
                read += [Literal(each.value, language="zh") for each in names.choices(kind, text, MOST_PRINTED + 1)]
    return list(dict.fromkeys(read))


def _check_known(parameter: Parameter, text: str, base_iri: str, names: Names) -> None:
    """Raise ParameterError for a value that neither the vocabulary nor the dataset has; name some known ones in it.

    Values of kinds that are not looked up in this way pass.
    """
    kinds = _WORDS.get(parameter.kind, ())
    meant = {term.value for term in parameter.terms(text, base_iri)}
    if not kinds or meant & {*reference(), *(fault.iri for fault in catalogue.faults()), *catalogue.retired()}:
        return
    looked_up = meant if parameter.kind == "unit" else {text}
    found = [each for word in looked_up for kind in kinds for each in names.choices(kind, word, MOST_PRINTED + 1)]
    if any(each.value in meant for each in found) or (found and parameter.kind != "unit"):
        return
    raise not_known(parameter, text, [each.label for kind in kinds for each in names.choices(kind, limit=TOLD)])


def not_known(parameter: Parameter, text: str, known: Sequence[str | Bilingual]) -> ParameterError:
    """Return the error that nothing is called as typed; it names the values that are `known`."""
    words = [*known] or [parameter.example]
    return refusal("not-known", name=parameter.name, label=parameter.label, text=text, words=words)


def unknown(parameter: Parameter, text: str) -> Bilingual:
    """Return the sentence that nothing in the dataset has a name typed for a body or document."""
    return sentence(f"no-{parameter.kind}", text=text)


def resolve(
    parameter: Parameter, typed: str | Sequence[str], base_iri: str, names: Names, run: Run
) -> tuple[list[Term], list[Resolved]]:
    """Return the things that typed names mean, as terms to bind and as Resolved to show to readers.

    An IRI means only itself. The name of a body means related bodies too (kindred), and a region the places in it. A
    name that nothing in the dataset has gives a term all the same: the IRI made from the name. Raises ParameterError,
    also if a body or document to leave out is unknown, and what `run` raises.
    """
    if parameter.kind == "region":
        return _regions(parameter, typed, base_iri, names)
    resolved: list[Resolved] = []
    unnamed: list[Term] = []
    for text in [part for each in several(typed) for part in _parts(parameter, each, names)]:
        meant = [] if iri(text, base_iri) else _meant(parameter, text, names)
        resolved += [Resolved(parameter.name, text, each.iri, str(each.label), each.how) for each in meant]
        if not meant:
            made = parameter.terms(text, base_iri)
            if parameter.excluding and not labels(run, [each.value for each in made]):
                # Without this, nothing would be left out and no sentence would say so.
                near = names.near(str(parameter.reads.names), text)
                raise _ambiguous(unknown(parameter, text), parameter, near)
            unnamed += made
        if parameter.kind == "department":
            kin = kindred([each.iri for each in meant], run)
            named = labels(run, kin)
            resolved += [Resolved(parameter.name, text, each, named.get(each, each), "kin") for each in kin]
    once = {each.iri: each for each in reversed(resolved)}
    things = [*dict.fromkeys([*map(NamedNode, sorted(once)), *unnamed])]
    return things, [once[each] for each in dict.fromkeys(each.iri for each in resolved)]


def _regions(
    parameter: Parameter, typed: str | Sequence[str], base_iri: str, names: Names
) -> tuple[list[Term], list[Resolved]]:
    """Return the places in use that lie in the regions typed, as terms to bind, and the regions themselves.

    Raises ParameterError for a region from which the dataset has nothing, and AmbiguousError for a name that
    several regions in use have.
    """
    used = regions_of(choice.iri for choice in names.choices("place", limit=_MOST_PLACES))
    resolved = []
    for text in parameter.values(typed):
        parameter.terms(text, base_iri)  # refuses what is no division
        codes = region_codes(unicodedata.normalize("NFKC", text).strip())
        meant = outermost(codes & used)
        if not meant:
            absent = [_place(code) for code in outermost(codes)]
            present = [_place(code) for code in sorted(used) if places()[code].level == "province"]
            raise refusal("not-from-there", absent=absent, present=present or sentence("place-unknown"))
        if len(meant) > 1:
            iris = identity.Iris(base_iri)
            fitting = [Name(iris.place(code), "place", long_name(code), text, "same", 0) for code in meant]
            labels_of_fitting = [str(name.label) for name in fitting]
            raise _ambiguous(sentence("places-many", text=text, places=labels_of_fitting), parameter, fitting)
        resolved.append(
            Resolved(parameter.name, text, identity.Iris(base_iri).place(meant[0]), long_name(meant[0]), "same")
        )
    return [*region_terms([each.iri.rpartition("/")[2] for each in resolved], base_iri, used)], resolved


def _place(code: str) -> Bilingual:
    place = places()[code]
    return Bilingual(place.name, place.english)


def _parts(parameter: Parameter, text: str, names: Names) -> list[str]:
    """Return the parts of a text between its commas; the whole text if a thing has the text as its name.

    Texts of a parameter that takes only one value are not divided.
    """
    parts = split(text)
    undivided = len(parts) < 2 or not parameter.reads.splits or names.names(parameter.reads.names or "", text, 1)
    return [text] if undivided else parts


def _meant(parameter: Parameter, text: str, names: Names) -> list[Name]:
    """Return the things that a typed text names. Raises AmbiguousError if more than MANY things fit equally."""
    parameter.terms(text, "http://localhost/")  # refuses an empty or overlong text before the search
    meant = lookup.meant(names, parameter.reads.names or "", text, MANY + 1)
    if len(meant) > MANY:
        many = sentence("things-many", text=text, label=parameter.label, most=MANY)
        raise _ambiguous(many, parameter, meant[:_OFFERED])
    return meant


def kindred(of: Sequence[str], run: Run) -> list[str]:
    """Return the IRIs of bodies related to the bodies `of`, directly or over other bodies, in up to _ROUNDS rounds.

    Related are the bodies that are called a body's own level or its total (the query `kindred`), and its earlier and
    later names. Raises what `run` raises.
    """
    new = list(of)
    known = dict.fromkeys(new)
    for _ in range(_ROUNDS):
        if not new or len(known) > MANY * _ROUNDS:
            break
        rows = _rows(run, "kindred", {"body": [*map(NamedNode, new)]})
        new = [each for row in rows if (each := row["kin"]["value"]) not in known]
        known |= dict.fromkeys(new)
    return list(known)[len(set(of)) :]


def labels(run: Run, iris: Sequence[str]) -> dict[str, str]:
    """Return a dict from the IRIs of things to their names; a thing without a name is left out."""
    rows = _rows(run, "names", {"node": [*map(NamedNode, iris)]}) if iris else []
    return {row["node"]["value"]: row["name"]["value"] for row in rows}


def _rows(run: Run, name: str, values: Mapping[str, Sequence[Term]]) -> list[dict[str, dict[str, str]]]:
    """Return the bindings in the JSON results of the server's query file `name`, run with `values` bound."""
    return bindings(run(bind(query(name), values)))
