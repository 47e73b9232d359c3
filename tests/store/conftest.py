"""Fixtures of the store's tests: a maker of small deposits in the contract's terms, and an empty store.

Add one here only when two test modules need it.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.numbers import parse
from jixiao.store import Contents, Deposit, Store
from jixiao.store.commit import building
from jixiao.store.maintenance import checking
from jixiao.store.tables import table

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
XSD_DECIMAL = terms.XSD_decimal

MakeDeposit = Callable[..., Deposit]
WITH_TABLES = (
    "test_store_tables",
    "test_store_commits",
    "test_store_table_cache",
    "test_store_crash",
    "test_store_moves",
)
"""Modules whose stores have all tables, as processes of their own write them."""


def _triple(subject: str, predicate: str, value: str) -> str:
    return f"<{subject}> <{predicate}> {value} ."


def _basis(number: str | None, title: str) -> tuple[str, list[str]]:
    parsed = None if number is None else parse(number)
    basis = IRIS.basis(parsed, title)
    lines = [
        _triple(basis, terms.RDF_type, f"<{terms.LegalBasis}>"),
        _triple(basis, terms.DCTERMS_title, f'"{title}"@zh'),
        _triple(basis, terms.RDFS_label, f'"{parsed.canonical if parsed else title}"@zh'),
    ]
    if parsed is not None:
        lines.append(_triple(basis, terms.documentNumber, f'"{parsed.canonical}"'))
    return basis, lines


def _project(filing: str, project: str, name: str, basis: str, amount: str | None) -> list[str]:
    indicator, citation = IRIS.part(project, "i", 1), IRIS.part(project, "c", 1)
    money = [] if amount is None else [_triple(project, terms.totalAmount, f'"{amount}"^^<{XSD_DECIMAL}>')]
    return [
        *money,
        _triple(project, terms.RDF_type, f"<{terms.Project}>"),
        _triple(project, terms.RDFS_label, f'"{name}"@zh'),
        _triple(project, terms.partOfFiling, f"<{filing}>"),
        _triple(project, terms.cites, f"<{basis}>"),
        _triple(project, terms.hasIndicator, f"<{indicator}>"),
        _triple(project, terms.hasCitation, f"<{citation}>"),
        _triple(indicator, terms.RDF_type, f"<{terms.Indicator}>"),
        _triple(citation, terms.RDF_type, f"<{terms.Citation}>"),
        _triple(citation, terms.citedBasis, f"<{basis}>"),
    ]


def _evaluation(evaluation: str, source: str, name: str, org: str, year: int) -> list[str]:
    result, goal = IRIS.part(evaluation, "e", 1), IRIS.part(evaluation, "g", 1)
    return [
        _triple(evaluation, terms.RDF_type, f"<{terms.Evaluation}>"),
        _triple(evaluation, terms.RDFS_label, f'"{name}"@zh'),
        _triple(evaluation, terms.competentDepartment, f"<{org}>"),
        _triple(evaluation, terms.place, f"<{IRIS.place('310117')}>"),
        _triple(evaluation, terms.year, f'"{year}"^^<{terms.XSD_integer}>'),
        _triple(evaluation, terms.PROV_wasDerivedFrom, f"<{source}>"),
        _triple(evaluation, terms.doneText, f'"{name}全部办完"@zh'),
        _triple(evaluation, terms.hasGoal, f"<{goal}>"),
        _triple(evaluation, terms.hasResult, f"<{result}>"),
        _triple(goal, terms.RDF_type, f"<{terms.AnnualGoal}>"),
        _triple(goal, terms.text, f'"办好{name}"@zh'),
        _triple(result, terms.RDF_type, f"<{terms.Result}>"),
        _triple(result, terms.RDFS_label, '"办班期数"@zh'),
        _triple(result, terms.targetText, '"4期"@zh'),
        _triple(result, terms.achievedText, '"3期"@zh'),
        _triple(result, terms.reasonText, '"教室漏雨"@zh'),
    ]


def make_deposit(
    file_name: str,
    projects: Sequence[str],
    *,
    body: str = "甲区教育局",
    printed_body: str | None = None,
    year: int = 2022,
    number: str | None = "甲府发〔2009〕97号",
    title: str = "关于进一步加强教育工作的意见",
    amount: str | None = "100.00",
    partial: Sequence[str] = (),
    borrowed: Sequence[str] = (),
    evaluations: Sequence[str] = (),
    content: bytes = b"",
    reading: int = 0,
) -> Deposit:
    """One filing of `body`, whose projects each cite one document; its text, and so its hash, follows from the rest.

    `partial` and `borrowed` are names of projects read in part, and of those with a borrowed name; `evaluations` are
    names of projects that the body evaluates; `content` is that of another deposit, which this one is a new reading of.
    """
    content = content or repr(
        (file_name, projects, body, printed_body, year, number, title, amount, partial, borrowed)
    ).encode() + repr(evaluations).encode() * bool(evaluations)
    sha256 = hashlib.sha256(content).hexdigest()
    org, filing, source = IRIS.org(body), IRIS.filing(body, year), IRIS.source(sha256)
    basis, lines = _basis(number, title)
    labels = {IRIS.project(body, year, name): name for name in projects}
    lines += [
        _triple(org, terms.RDF_type, f"<{terms.Department}>"),
        _triple(org, terms.RDFS_label, f'"{printed_body or body}"@zh'),
        _triple(filing, terms.RDF_type, f"<{terms.Filing}>"),
        _triple(filing, terms.filedBy, f"<{org}>"),
        _triple(filing, terms.PROV_wasDerivedFrom, f"<{source}>"),
        _triple(source, terms.RDF_type, f"<{terms.SourceDocument}>"),
        _triple(source, terms.fileName, f'"{file_name}"'),
    ]
    for project, name in labels.items():
        lines += _project(filing, project, name, basis, amount)
    for evaluation, name in {IRIS.evaluation(body, year, name): name for name in evaluations}.items():
        lines += _evaluation(evaluation, source, name, org, year)
    result = f"{IRIS.report_graph(sha256)}#r1"
    report = [
        _triple(result, terms.RDF_type, f"<{terms.SH_ValidationResult}>"),
        _triple(result, terms.PROV_wasDerivedFrom, f"<{source}>"),
    ]
    return Deposit(
        sha256=sha256,
        file_name=file_name,
        media_type="text/plain",
        content=content,
        rendition={"sha256": sha256, "lines": [{"n": 1, "text": "、".join(projects), "page": None}]},
        ledger={"share": 1.0, "lines": [{"n": 1, "use": "boilerplate", "facts": []}]},
        source_triples="\n".join(lines).encode(),
        report_triples="\n".join(report).encode(),
        contents=Contents(
            labels,
            (filing,),
            tuple(sorted(iri for iri, name in labels.items() if name in partial)),
            tuple(sorted(iri for iri, name in labels.items() if name in borrowed)),
        ),
        reading=reading,
    )


@pytest.fixture(scope="module", autouse=True)
def _few_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fill two tables alone in this process: a query for each one is a fifth of the work of a small commit."""
    few = {name: table.tables()[name] for name in ("names", "projects")}
    with pytest.MonkeyPatch.context() as patched:
        for module in (building, checking, table) if request.path.stem not in WITH_TABLES else ():
            patched.setattr(module, "tables", lambda: few)
        yield


@pytest.fixture(name="make_deposit", scope="session")
def make_deposit_fixture() -> MakeDeposit:
    """The maker of deposits."""
    return make_deposit


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store without a generation."""
    return Store.create(tmp_path / "store", BASE)


@pytest.fixture
def copied(made: Store, tmp_path: Path) -> Store:
    """A copy of the store that a module has made, which a test may change."""
    return Store.open(shutil.copytree(made.path, tmp_path / "store"))
