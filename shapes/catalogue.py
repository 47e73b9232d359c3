"""Read the named faults from the Turtle files of this folder: one `Fault` per shape.

This module is separate from `validate` because pages and command lines list faults without running SHACL. A fault is a
shape with an IRI of its own (SHACL, section 2.1); no code depends on the name of a rule.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import pyoxigraph as ox

from jixiao.ontology import reference, terms
from jixiao.ontology.text.bilingual import Bilingual

SHAPES = terms.SHAPES + "#"
FAMILIES = terms.SHAPES + "/"
FOLDER = Path(__file__).parent

Extent = Literal["fact", "part", "project"]
"""The extent of what a Violation keeps out of the graph."""

Scope = Literal["document", "corpus", "registry"]
"""The data that a rule checks: one document, the whole store, or the steward's registry. Its folder has this name."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

Bundle = Literal["content", "integrity"]
"""The rules that others get in one file (bundles.py): on what filings say, or on graphs that this project makes."""

BUNDLES: tuple[Bundle, ...] = get_args(Bundle)


Kind = Literal["money", "dates", "contradictions", "blanks", "wording", "reading"]
"""The kind of mistake that a rule finds, gravest first; findings/kinds.toml tells the rules of each.

Findings of the kind `reading` say what could not be read for sure, as Violations of any kind do. Reports show them
apart, since the filing is not to blame.
"""

KINDS: dict[Kind, Bilingual] = {
    "money": Bilingual("金额", "money"),
    "dates": Bilingual("日期", "dates"),
    "contradictions": Bilingual("矛盾", "contradictions"),
    "blanks": Bilingual("空白", "blanks"),
    "wording": Bilingual("文字", "wording"),
    "reading": Bilingual("读取", "reading"),
}


LEVELS = {
    "Violation": Bilingual("没有读准", "Not read for sure"),
    "Warning": Bilingual("警告", "Warning"),
    "Info": Bilingual("提示", "Info"),
}
"""Severities by the last part of their IRI, most severe first, in the words that people are shown."""


PLACEHOLDER = re.compile(r"\{\?(\w+)\}")
"""A placeholder of a message, for a variable of the rule's query."""

# The properties by which a rule leads to those in its paths.
_WITHIN = (
    terms.SH_property, terms.SH_path, terms.SH_alternativePath, terms.SH_inversePath, terms.RDF_first, terms.RDF_rest,
)  # fmt: skip
INHERITED = (terms.remedy, terms.DCTERMS_source)
"""The words that the header of a file states for all rules of the file that state none."""
_FOLDS_BY = re.compile(r"filing|project|\?[A-Za-z]\w*")


@dataclass(frozen=True)
class _Named:
    """The words of a rule, in use or retired: its label and sentence, and the reason for the rule."""

    iri: str
    label: Bilingual
    message: Bilingual
    why: Bilingual

    @property
    def name(self) -> str:
        """Local name of the IRI, such as `AmountNotANumber`."""
        return name(self.iri)


@dataclass(frozen=True)
class Fault(_Named):
    """One rule, named after the fault it finds.

    `why` gives the reason for the rule, `remedy` the step that a steward takes, `source` the regulation or arithmetic
    that the rule rests on. `message` may contain `{?name}`, a placeholder for a variable of the rule's query.
    `involves` lists the properties concerned, by which a ledger finds the lines; a rule that states none involves the
    properties of its paths. `withholds` is what a Violation of the scope `document` keeps out of the graph, and None
    for all other rules. `assumes_whole` lists properties of which the rule needs all values; where one of them is
    withheld, the rule finds nothing (validate.Withheld). `folds_by` decides which findings of a filing make a group:
    all of a "filing", those of a "project", those with one value of a variable of the query ("?name"), or, if None,
    those with one sentence. `calculates_with` lists the properties with whose values or parts the rule calculates.
    `subject` is the name, without suffix, of the Turtle file that states the rule, `family` the label of that file.
    `bundle` is None only in the scope `registry`.
    """

    severity: str
    remedy: Bilingual
    source: Bilingual
    involves: tuple[str, ...]
    subject: str
    family: Bilingual
    scope: Scope
    bundle: Bundle | None
    withholds: Extent | None = None
    assumes_whole: tuple[str, ...] = ()
    folds_by: str | None = None
    calculates_with: tuple[str, ...] = ()

    @cached_property
    def level(self) -> str:
        """Local name of the severity: Violation, Warning or Info."""
        return self.severity.rpartition("#")[2]

    @cached_property
    def pattern(self) -> Bilingual:
        """The message with `…` for each number or name that a finding fills in."""
        return Bilingual(*(PLACEHOLDER.sub("…", each) for each in (self.message.zh, self.message.en)))

    @cached_property
    def effects(self) -> frozenset[str]:
        """The names of the rules whose findings may follow from a mistake that this rule finds."""
        return frozenset(_grouping()["effects"].get(self.name, ()))

    @cached_property
    def telling(self) -> int:
        """Rank of the rule, from 0 if it states what is wrong to 3 if it tells what is odd (findings/kinds.toml)."""
        ranks = ((0, "stated"), (1, "alone"), (3, "odd"))
        told = ((rank, {self.name, self.kind} & {*_grouping()["telling"][which]}) for rank, which in ranks)
        return next((rank for rank, listed in told if listed), 2)

    @property
    def is_note(self) -> bool:
        """Return whether the rule finds what could not be read for sure, for which the filing is not to blame."""
        return self.level == "Violation" or self.kind == "reading"

    @cached_property
    def kind(self) -> Kind:
        """The kind that lists the rule's name, or else its file's name (`subject`); `wording` if no kind lists them."""
        return next(
            (kind for called in (self.name, self.subject) for kind in KINDS if called in _grouping()["kinds"][kind]),
            "wording",
        )


@dataclass(frozen=True)
class Retired(_Named):
    """A rule that is no longer used, `since` a day (YYYY-MM-DD): `why`, and the rule in its place (`replaced_by`)."""

    since: str
    replaced_by: str | None


def turtle_files(scope: Scope) -> tuple[Path, ...]:
    """List the Turtle files of a scope's rules, in order of name."""
    return tuple(sorted((FOLDER / scope).glob("*.ttl")))


def example(name: str, which: str) -> str:
    """Return the example of a rule that passes or fails, as Turtle with its prefixes below https://example.org/.

    `name` is the rule's name, and `which` is "pass" or "fail". The files of examples leave out their common prefixes.
    """
    text = (FOLDER / "examples" / name / f"{which}.ttl").read_text(encoding="utf-8")
    used = (f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in terms.PREFIXES.items() if f"{prefix}:" in text)
    return "".join(("@base <https://example.org/> .\n", *used, "\n", text))


def prefixes_file() -> Path:
    """Return the Turtle file that declares the prefixes of all queries."""
    return FOLDER / "shapes.ttl"


@cache
def faults(scope: Scope | None = None) -> tuple[Fault, ...]:
    """Read all named faults, or the faults of one scope, ordered by scope, file and name.

    Raises ValueError if a shape lacks its severity or bundle, or its label, message, reason, remedy or source in a
    language.
    """
    scopes = (scope,) if scope else SCOPES
    return tuple(rule for each in scopes for file in turtle_files(each) for rule in _faults_in(file, each))


@cache
def _by_iri() -> Mapping[str, Fault]:
    return {each.iri: each for each in faults()}


def fault(iri: str) -> Fault:
    """Return the fault with an IRI, such as the sh:sourceShape of a result. Raises KeyError if no file states it."""
    return _by_iri()[iri]


def known(iri: str) -> Fault | None:
    """Return the rule with an IRI, or None if this version has none."""
    return _by_iri().get(iri)


def name(iri: str) -> str:
    """Return the last part of a rule's IRI, which names the rule's page."""
    return iri.rpartition("#")[2]


def label(iri: str) -> Bilingual:
    """Return the label of a rule, in use or retired; for a rule that this version lacks, its name.

    A store may hold findings of a rule that this version no longer has.
    """
    rule = known(iri) or retired().get(iri)
    return rule.label if rule else Bilingual(name(iri), name(iri))


@cache
def retired() -> Mapping[str, Retired]:
    """Read the retired rules, by IRI (ontology/retired.ttl).

    Raises ValueError for one that lacks its words or its day.
    """
    said = reference.facts()
    return {
        node.value: Retired(
            iri=node.value,
            label=said.both(node, terms.RDFS_label),
            message=said.both(node, terms.SH_message),
            why=said.both(node, terms.RDFS_comment),
            since=_one(said, node, terms.PROV_invalidatedAtTime)[:10],
            replaced_by=next(iter(said.iris(node, terms.DCTERMS_isReplacedBy)), None),
        )
        for node in _rules(said)
        if said.texts(node, terms.OWL_deprecated) == ("true",)
    }


def present(iri: str) -> str:
    """Return the IRI of the rule that replaced a retired rule; any other IRI is returned unchanged."""
    rule = retired().get(iri)
    return (rule and rule.replaced_by) or iri


def _rules(said: reference.Facts) -> list[ox.NamedNode]:
    """Return the subjects whose IRIs are those of rules, in order."""
    return sorted((node for node in said if isinstance(node, ox.NamedNode) and node.value.startswith(SHAPES)), key=str)


def _faults_in(file: Path, scope: Scope) -> Iterator[Fault]:
    """Yield the rules that a Turtle file states."""
    said = reference.Facts(ox.parse(path=file, format=ox.RdfFormat.TURTLE))
    header = ox.NamedNode(f"{FAMILIES}{file.stem}")
    for rule in (node for node in _rules(said) if said.values(node, terms.RDF_type)):
        remedied, sourced = (rule if said.values(rule, words) else header for words in INHERITED)
        yield Fault(
            iri=rule.value,
            severity=_one(said, rule, terms.SH_severity),
            label=said.both(rule, terms.RDFS_label),
            message=said.both(rule, terms.SH_message),
            why=said.both(rule, terms.RDFS_comment),
            remedy=said.both(remedied, terms.remedy),
            source=said.both(sourced, terms.DCTERMS_source),
            involves=_sorted(said, rule, terms.involves) or _paths(said, rule),
            subject=file.stem,
            family=said.both(header, terms.RDFS_label),
            scope=scope,
            bundle=None if scope == "registry" else _bundle(said, rule, header),
            withholds=next((each for each in get_args(Extent) if each in said.texts(rule, terms.withholds)), None),
            assumes_whole=_sorted(said, rule, terms.assumesWhole),
            folds_by=_folding(said, rule),
            calculates_with=_sorted(said, rule, terms.calculatesWith),
        )


def _bundle(said: reference.Facts, rule: ox.NamedNode, header: ox.NamedNode) -> Bundle:
    """Return the bundle that a rule states, otherwise the bundle that the header of its file states.

    Raises ValueError unless there is exactly one bundle of this name.
    """
    stated = said.iris(rule, terms.DCTERMS_isPartOf) or said.iris(header, terms.DCTERMS_isPartOf)
    named = [bundle for bundle in BUNDLES if stated == (FAMILIES + bundle,)]
    if not named:
        raise ValueError(f"{rule} needs one bundle, by {terms.DCTERMS_isPartOf} of the rule or its file: {stated}")
    return named[0]


def _folding(said: reference.Facts, rule: ox.NamedNode) -> str | None:
    """Return the word by which a rule folds its findings (`Fault.folds_by`), None if the rule states none.

    Raises ValueError for an unknown word.
    """
    if not said.values(rule, terms.foldsBy):
        return None
    stated = _one(said, rule, terms.foldsBy)
    if not _FOLDS_BY.fullmatch(stated):
        raise ValueError(f"{rule} folds by filing, project or a variable, not by {stated}")
    return stated


def _sorted(said: reference.Facts, rule: ox.NamedNode, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(said.iris(rule, predicate)))


def _paths(said: reference.Facts, rule: ox.NamedNode) -> tuple[str, ...]:
    """Return the properties in the paths of a rule and of its property shapes, sorted."""
    within: list[Any] = [rule]
    for node in within:
        if node == rule or isinstance(node, ox.BlankNode):
            within += (each for property_ in _WITHIN for each in said.values(node, property_))
    return tuple(
        sorted({node.value for node in within if isinstance(node, ox.NamedNode)} - {rule.value, terms.RDF_nil})
    )


def _one(said: reference.Facts, rule: ox.NamedNode, predicate: str) -> str:
    """Return the single value of a rule's property as text. Raises ValueError if there is none or more than one."""
    values = said.values(rule, predicate)
    if len(values) != 1:
        raise ValueError(f"{rule} needs exactly one {predicate}, it has {len(values)}")
    return values[0].value


KINDS_FILE = FOLDER / "findings" / "kinds.toml"


def read(file: Path) -> Iterator[ox.Triple]:
    """Yield the triples of a Turtle file of rules; its blank nodes get names that no other file has."""
    return (quad.triple for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))


def rules(*scopes: Scope) -> Iterator[ox.Triple]:
    """Yield the triples that declare the prefixes of queries, then those of the rules of the given scopes."""
    for file in (prefixes_file(), *(file for scope in scopes for file in turtle_files(scope))):
        yield from read(file)


@cache
def _grouping() -> dict[str, Any]:
    return tomllib.loads(KINDS_FILE.read_text(encoding="utf-8"))
