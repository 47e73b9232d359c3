"""Compare a store with what is known of the filings in it: `python -m bench.truth STORE DIR [--sample N]`.

DIR was written by bench.filings. Of N projects drawn at random, every amount, cited document and indicator with its
target must be stated, and none besides; of N planted faults, the named rule must have found each. The exit status is 1
if something is missing or wrong.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Annotated, Any

import pyoxigraph as ox
import typer

from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Generation, Store as Stored
from tests.support.layouts.facts import AMOUNTS

Record = Mapping[str, Any]
_BODIES = """
SELECT ?file ?sha256 ?printed ?body ?full {
  ?filing jx:filedBy ?body ; prov:wasDerivedFrom ?source . ?source jx:fileName ?file ; jx:sha256 ?sha256 .
  ?body jx:fullName ?full ; rdfs:label|skos:altLabel ?printed
}
"""


class Store:
    """The merged graph of a generation, with lookups by node."""

    def __init__(self, generation: Generation) -> None:
        self._graph: Any = generation.graph  # the types of pyoxigraph let every term be a triple without a value
        self._iris = Iris(generation.manifest.base_iri)
        bodies: Any = self._graph.query(_BODIES, prefixes=terms.PREFIXES)
        self._bodies = {(row["file"].value, row["printed"].value): row for row in bodies}

    def project(self, record: Record) -> str:
        """Return the IRI that the project of a record must have, from its file's body, the year and the name.

        A body whose place is not known (西湖区, of Hangzhou or Nanchang) is its file's alone.
        """
        body = self._bodies.get((record["file"], record["body"]))
        if body is None:
            return self._iris.project(record["body"], record["year"], record["name"])
        alone = "/org/s-" in body["body"].value
        sha256 = body["sha256"].value
        return self._iris.project(body["full"].value, record["year"], record["name"], sha256=sha256, alone=alone)

    def values(self, node: str, name: str) -> list[str]:
        """Return the values of a node's property `name` (an IRI) as texts."""
        found = self._graph.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(name), None, ox.DefaultGraph())
        return [quad.object.value for quad in found]

    def findings(self, node: str, rule: str) -> int:
        """Count the findings of a rule, given by its local name, about a node, its indicators and its citations."""
        shapes = (
            shape
            for at in (node, *self.values(node, terms.hasIndicator), *self.values(node, terms.hasCitation))
            for quad in self._graph.quads_for_pattern(None, ox.NamedNode(terms.SH_focusNode), ox.NamedNode(at))
            for shape in self.values(quad.subject.value, terms.SH_sourceShape)
        )
        return sum(shape.rpartition("#")[2] == rule for shape in shapes)


def differences(store: Store, record: Record) -> Iterator[str]:
    """Yield a line for each amount that differs, one if the cited documents differ, and one if the indicators differ.

    If the store has no such project, the only line is `missing`.
    """
    node = store.project(record)
    if terms.Project not in store.values(node, terms.RDF_type):
        yield "missing"
        return
    amounts = {name: sorted(map(Decimal, store.values(node, terms.JX + name))) for name in AMOUNTS}
    for name, found in amounts.items():
        expected = [Decimal(record["amounts"][name])] if name in record["amounts"] else []
        if found != expected:
            yield f"{name}: {expected} != {found}"
    cited = {
        number for basis in store.values(node, terms.cites) for number in store.values(basis, terms.documentNumber)
    }
    if cited != set(record["bases"]):
        yield f"bases: {set(record['bases']) ^ cited}"
    stated = Counter(
        (folded(store.values(part, terms.RDFS_label)[0]), folded("".join(store.values(part, terms.targetText))))
        for part in store.values(node, terms.hasIndicator)
    )
    expected_rows = Counter((folded(name), folded(target or "")) for name, target in record["indicators"])
    if stated != expected_rows:
        yield f"indicators: {expected_rows - stated} != {stated - expected_rows}"


def main(
    path: Annotated[Path, typer.Argument(metavar="STORE")],
    folder: Path,
    most: Annotated[int, typer.Option("--sample")] = 1_000,
    seed: int = 1,
) -> None:
    """Compare a store with the truth of a folder, and print the differences."""
    store = Store(Stored.open(path).present())
    records = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    rng = Random(seed)  # noqa: S311
    checked = rng.sample(records, min(most, len(records)))
    wrong = [list(differences(store, record)) for record in checked]
    faulty = [record for record in records if record["fault"]]
    planted = rng.sample(faulty, min(most, len(faulty)))
    missed = [record for record in planted if not store.findings(store.project(record), record["fault"])]
    told = [(record, each) for record, found in zip(checked, wrong, strict=True) for each in found]
    for record, each in [*told, *((record, record["fault"]) for record in missed)]:
        print(f"{record['file']} {record['name']}: {each}")
    bad = sum(map(bool, wrong))
    facts = sum(len(each["amounts"]) + len(each["bases"]) + 2 * len(each["indicators"]) for each in checked)
    print(f"项目 projects {len(checked):,}（事实 facts {facts:,}），有误 wrong {bad:,}")
    print(f"错误 faults {len(planted):,}，未发现 not found {len(missed):,}")
    raise SystemExit(bool(bad or missed))


if __name__ == "__main__":
    typer.run(main)
