"""Copy a document that was read to other filing bodies, years and cited documents.

bench.corpus decides on the bodies and years. This module cuts a deposit's texts (triples, report, rendition, ledger,
bytes) once at every place that a copy changes, so that making a copy only joins strings.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import numbers, terms
from jixiao.ontology.identity import Iris
from jixiao.store import Deposit

_MONEY = ("totalAmount", "annualRequest", "fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds")
_YEARS = ("fiscalYear", "year", "startDate", "endDate")
_BRACKETS = ("〔{}〕", "（{}）", "[{}]", "【{}】")

Drawn = Callable[[], "Number"]


@dataclass(frozen=True)
class Number:
    """A numbered document that copies cite."""

    code: str
    year: int
    serial: int
    title: str

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True)
class Filer:
    """The body and year of a copy; `suffix` is added to its projects' names, `factor` multiplies its amounts."""

    body: str
    year: int
    suffix: str
    factor: int


class Template:
    """A document to copy. Raises ValueError if it does not have exactly one filing by a known body."""

    def __init__(self, deposit: Deposit, base_iri: str) -> None:
        self._iris = Iris(base_iri)
        self._deposit = deposit
        self._said = _by_property(quad.triple for quad in parse(deposit.source_triples, RdfFormat.N_TRIPLES))
        (filing,) = deposit.filings
        self._owner, self._year = filing.split("/")[-2:]
        bodies = {subject for subject, kind in self._said[terms.RDF_type] if kind == terms.Department}
        labels = self._said[terms.RDFS_label]
        self._bodies = {label: iri.rpartition("/")[2] for iri, label in labels if iri in bodies}
        if self._owner not in self._bodies.values():
            raise ValueError(f"no name for the body of {deposit.file_name}")
        # Copies do not change citations of orders (令) and of documents without a number.
        self._bases = sorted({number for _, number in self._said[terms.documentNumber] if "令" not in number})
        dummies = [Number("甲发", 2000, 1, "")] * len(self._bases)
        wanted = sorted(self._changes(Filer("甲", 1, "", 1), dummies, ""), key=len)
        cut = re.compile("(" + "|".join(map(re.escape, reversed(wanted))) + ")")
        rendition: Any = deposit.rendition  # read_document gives no bytes
        lines = [str(line["text"]) for line in rendition["lines"]]
        self._cuts = [
            cut.split(text)
            for text in (
                deposit.source_triples.decode(),
                deposit.report_triples.decode(),
                json.dumps(rendition, ensure_ascii=False),
                json.dumps(deposit.ledger, ensure_ascii=False),
                "\n".join(lines),
            )
        ]

    def copy(self, filer: Filer, drawn: Drawn, name: str) -> Deposit:
        """Copy the document for a body and year, citing numbers that `drawn` returns; `name` is the file name."""
        source, report, rendition, ledger, text = self._cuts
        cited: list[Number] = []
        while len(cited) < len(self._bases):
            number = drawn()
            if number not in cited:
                cited.append(number)
        changes = self._changes(filer, cited, "")
        # Copies can have the same words in every year; a last line makes their digests differ.
        content = f"{_joined(text, changes)}\n{filer.body} {filer.year} {filer.factor}\n".encode()
        sha256 = hashlib.sha256(content).hexdigest()
        changes = self._changes(filer, cited, sha256)
        made = json.loads(_joined(rendition, changes))
        return Deposit(
            sha256=sha256,
            file_name=name,
            media_type="text/plain",
            content=content,
            rendition={**made, "sha256": sha256, "file_name": name},
            ledger=json.loads(_joined(ledger, changes)),
            source_triples=_joined(source, changes).encode(),
            report_triples=_joined(report, changes).encode(),
            projects={changes[iri]: label + filer.suffix for iri, label in sorted(self._deposit.projects.items())},
            filings=frozenset({self._iris.filing(filer.body, filer.year)}),
            reading=self._deposit.reading,
        )

    def _changes(self, filer: Filer, cited: Sequence[Number], sha256: str) -> dict[str, str]:
        """Map each text of the original to its replacement in a copy; the keys are the same for every copy."""
        changes = {self._deposit.sha256: sha256, self._deposit.sha16: sha256[:16]}
        changes |= dict(self._names(filer))
        for old, number in zip(self._bases, cited, strict=True):
            changes |= dict(self._citing(old, number))
        for property_ in _YEARS:
            changes[f'#{property_}> "{self._year}'] = f'#{property_}> "{filer.year}'
        for property_ in _MONEY:
            for value in {value for _, value in self._said[f"{terms.JX}{property_}"]}:
                yuan = f'#{property_}> "{{}}"'
                whole, _, cents = value.partition(".")
                changed = str(int(whole) * filer.factor) + (f".{cents}" if cents else "")
                changes[yuan.format(value)] = yuan.format(changed)
        return changes

    def _names(self, filer: Filer) -> Iterator[tuple[str, str]]:
        """Pair old and new names and IRIs of bodies, filing, projects and series."""
        iris, base = self._iris, self._iris.base
        own = min((label for label, h in self._bodies.items() if h == self._owner), key=len)
        yield f"{base}id/filing/{self._owner}/{self._year}", iris.filing(filer.body, filer.year)
        for n, (label, h) in enumerate(sorted(self._bodies.items()), 1):
            new = filer.body + label.removeprefix(own) if label.startswith(own) else f"{filer.body}第{n}事务中心"
            yield label, new
            yield f"{base}id/org/{h}", iris.org(new)
        for iri, label in sorted(self._deposit.projects.items()):
            local = iri.rpartition("/")[2]
            name, repeat = label + filer.suffix, int((local.partition("-")[2]) or 1)
            yield label, name
            yield iri, iris.project(filer.body, filer.year, name, repeat)
            series = f"{base}id/series/{self._owner}/{local.partition('-')[0]}"
            yield series, iris.series(filer.body, name)

    def _citing(self, old: str, number: Number) -> Iterator[tuple[str, str]]:
        """Pair old and new texts of a basis: its IRI, number, parts of the number, title, and the number as printed."""
        was = numbers.parse(old)
        if was is None:
            raise ValueError(f"not a document number: {old}")
        iri = self._iris.basis(was, None)
        now = self._iris.basis(numbers.parse(str(number)), None)
        yield iri, now
        yield old, str(number)
        for property_, before, after in (
            (terms.issuerCode, was.code, number.code),
            (terms.numberYear, was.year, number.year),
            (terms.serialNumber, was.serial, number.serial),
        ):
            yield f'{iri}> <{property_}> "{before}"', f'{now}> <{property_}> "{after}"'
        head = f"<{terms.DCTERMS_title}>"
        for title in self._of(iri, terms.DCTERMS_title):
            yield f'{iri}> {head} "{title}"', f'{now}> {head} "{number.title}"'
        bracketed = _BRACKETS[number.serial % len(_BRACKETS)].format(number.year)
        head = f"<{terms.printedNumber}>"
        for citation, basis in self._said[terms.citedBasis]:
            for printed in self._of(citation, terms.printedNumber) if basis == iri else ():
                yield f'{head} "{printed}"', f'{head} "{number.code}{bracketed}{number.serial}号"'

    def _of(self, subject: str, property_: str) -> list[str]:
        return [value for of, value in self._said[property_] if of == subject]


def _joined(pieces: Sequence[str], changes: Mapping[str, str]) -> str:
    """Join the pieces of a text that was cut at the places that copies change; every second piece is replaced."""
    return "".join([changes[piece] if at % 2 else piece for at, piece in enumerate(pieces)])


def _by_property(triples: Iterable[Triple]) -> Mapping[str, list[tuple[str, str]]]:
    """Index (subject, value) by property, spelled as in the text."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            said[triple.predicate.value].append((triple.subject.value, triple.object.value))
    return said
