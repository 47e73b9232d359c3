"""Describe the dataset and its versions in DCAT 3 and VoID, from the publisher's file and the records of versions.

The statements are in the template dcat.ttl, and names of values of controlled vocabularies in authorities.toml. Every
node has an IRI, if need be a fragment of the dataset's or version's IRI.
"""

import tomllib
from collections.abc import Container, Mapping, Sequence
from datetime import MAXYEAR, date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import identity, reference, terms, turtle
from jixiao.store.description.publisher import Publisher, Words
from jixiao.store.records import Dump, Manifest, SourceRecord, Statistics
from jixiao.store.versions.version_record import Release


class Described(Protocol):
    """The facts of a version that a description needs; VersionRecord provides them."""

    @property
    def manifest(self) -> Manifest:
        """The version's number, date, counts and checksum."""

    @property
    def statistics(self) -> Statistics | None:
        """The version's statistics, or None if they were not counted."""

    @property
    def dumps(self) -> tuple[Dump, ...]:
        """The version's dumps that are kept."""

    @property
    def live_sources(self) -> tuple[SourceRecord, ...]:
        """The sources that the version was made from."""


_Record = TypeVar("_Record", bound=Described)
_VALUES = tomllib.loads(Path(__file__).with_name("authorities.toml").read_text(encoding="utf-8"))

LISTED = 12
"""The dataset's description has this many newest versions, and all releases; each links to the version before it."""

LICENCES: Mapping[str, tuple[str, str]] = {iri: (name, kind) for iri, (name, kind) in _VALUES["licence"].items()}
"""The short name of each well-known licence (by IRI), and its licence type in ADMS."""

PREFIXES: Mapping[str, str] = {
    **terms.PREFIXES,
    "adms": terms.ADMS,
    "dcatap": terms.DCATAP,
    "dqv": terms.DQV,
    "spdx": terms.SPDX,
    "vcard": terms.VCARD,
}


def dataset(
    publisher: Publisher, versions: Sequence[Described], releases: Mapping[str, Release] | None = None
) -> tuple[Triple, ...]:
    """Return triples that describe the dataset, its catalogue, its endpoint and the listed versions.

    versions[0] is the current version; `releases` are the released versions by name, such as 000003.
    """
    return _filled(publisher, versions, releases or {}, whole=True)


def version(publisher: Publisher, record: Described, release: Release | None = None) -> tuple[Triple, ...]:
    """Return triples that describe one version, with its statistics and all of its sources."""
    return _filled(publisher, [record], {} if release is None else {record.manifest.version: release}, whole=False)


def listed(versions: Sequence[_Record], releases: Container[str]) -> tuple[_Record, ...]:
    """Select the versions that the dataset's description lists, in their order: the newest, and older releases."""
    return *versions[:LISTED], *(record for record in versions[LISTED:] if record.manifest.version in releases)


def version_iri(manifest: Manifest) -> str:
    """Return the IRI of a version, by which papers cite it."""
    return f"{manifest.base_iri}dataset/{manifest.version}"


def version_title(publisher: Publisher, manifest: Manifest) -> Words:
    """Return the title of a version, in Chinese and English."""
    title = publisher.title
    return Words(zh=f"{title.zh}，版本 {manifest.version}", en=f"{title.en}, version {manifest.version}")


def schemes() -> tuple[str, ...]:
    """Return the paths of jixiao's own concept schemes, to be appended to the base IRI, such as vocab/operator."""
    return tuple(
        f"vocab/{iri.removeprefix(terms.VOCAB)}"
        for iri in sorted(each.iri for each in reference.reference().values() if each.kind == "scheme")
    )


def term(name: str) -> NamedNode:
    """Expand a prefixed name to the term's node."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _filled(
    publisher: Publisher, versions: Sequence[Described], releases: Mapping[str, Release], *, whole: bool
) -> tuple[Triple, ...]:
    """Fill the template dcat.ttl, and return its triples, each once, in their order.

    The triples describe the dataset if `whole`, otherwise only the version versions[0].
    """
    base = versions[0].manifest.base_iri
    text = _template().render(
        publisher=publisher,
        agent=NamedNode(publisher.publisher.iri or f"{base}dataset#publisher"),
        versions=versions,
        current=versions[0],
        listed=listed(versions, releases),
        releases=releases,
        base=base,
        here=lambda path: NamedNode(base + path),
        source=lambda sha256: NamedNode(identity.Iris(base).source(sha256)),
        whole=whole,
    )
    return tuple(dict.fromkeys(quad.triple for quad in parse(text, RdfFormat.TURTLE, base_iri=base)))


@cache
def _template() -> Template:
    """Return the template dcat.ttl, with the filters and the values of controlled vocabularies that it uses."""
    # Macros return Markup, which is Turtle already. Every other value becomes a term, so that none can add statements.
    environment = Environment(
        autoescape=True, finalize=_turtle, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "iri": NamedNode,
        "term": term,
        "at": lambda node, suffix: NamedNode(node.value + suffix),
        "typed": lambda text, datatype: Literal(text, datatype=term(datatype)),
        "zh": lambda text: Literal(text, language="zh"),
        "en": lambda text: Literal(text, language="en"),
    }
    tables = {terms.EU_AUTHORITY + table: names for table, names in _VALUES["table"].items()}
    environment.globals |= {
        "schemes": {iri: Words(**names["scheme"]) for iri, names in tables.items()},
        "names": {f"{iri}/{code}": Words(**name) for iri, names in tables.items() for code, name in names.items()},
        "licences": LICENCES,
        "licence_types": terms.LICENCE_TYPES,
        "media_types": terms.MEDIA_TYPES,
        "eu": terms.EU_AUTHORITY,
        "formats": terms.FORMATS,
        "ontology": terms.JX.rstrip("#"),
        "collections": identity.COLLECTIONS,
        "own_schemes": schemes(),
        "version_title": version_title,
        "period": _period,
        "entities": lambda statistics, class_iri: getattr(statistics.classes.get(class_iri), "entities", 0),
        "total": lambda statistics: sum(
            use.entities for kind, use in statistics.classes.items() if kind in identity.COLLECTIONS.values()
        ),
        "both": lambda text: Words(zh=text, en=text),
        "found": terms.SH_ValidationResult,
        "vocabularies": _vocabularies,
        "partition": _partition,
    }
    return environment.from_string(Path(__file__).with_name("dcat.ttl").read_text(encoding="utf-8"))


def _turtle(value: object) -> Markup:
    """Write a value as Turtle; Markup is Turtle already, and a text in both languages becomes two literals.

    Terms are written as they are; texts, whole numbers and dates become literals. Raises TypeError for other values.
    """
    match value:
        case Markup():
            return value
        case NamedNode() | Literal():
            return Markup(value)  # noqa: S704 - a serialised term
        case Words():
            return Markup(f"{Literal(value.zh, language='zh')}, {Literal(value.en, language='en')}")  # noqa: S704 - as above
        case date():
            return _turtle(Literal(value.isoformat(), datatype=term("xsd:date")))
        case str() | int():
            return _turtle(Literal(value))
    raise TypeError(value)


def _period(publisher: Publisher, statistics: Statistics | None) -> tuple[date | None, date | None]:
    """Return the first and the last day that the data are about.

    The publisher may give them; otherwise they are the first day of the first year and the last day of the last year in
    the data, or None.
    """
    first, last = (None, None) if statistics is None else (statistics.first_year, statistics.last_year)
    return publisher.temporal.start or _day(first, 1, 1), publisher.temporal.end or _day(last, 12, 31)


def _day(year: int | None, month: int, day: int) -> date | None:
    """Return a day, or None unless the year has four digits.

    Statistics of old versions may have counted any integer as a year.
    """
    return date(year, month, day) if year is not None and 1000 <= year <= MAXYEAR else None


def _vocabularies(statistics: Statistics) -> list[str]:
    """Return the namespaces of the used classes and properties, if terms.PREFIXES has them."""
    used = [*statistics.classes, *statistics.properties]
    return sorted(namespace for namespace in terms.PREFIXES.values() if any(iri.startswith(namespace) for iri in used))


def _partition(kind: str, iri: str) -> str:
    """Return the fragment of the IRI of a VoID partition, such as `#class-jx-Project`.

    `kind` is the part before the first hyphen, and `iri` the IRI of the class or property. If its namespace has no
    prefix, a hash of the IRI replaces prefix and name.
    """
    name = turtle.prefixed(iri) or blake2b(iri.encode(), digest_size=8).hexdigest()
    return f"#{kind}-{name.replace(':', '-')}"
