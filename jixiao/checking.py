"""Read and judge files without a store, for the report of `jixiao validate`, or of the web server on one file.

Files are unpacked, read and judged in processes with limits, as `ingest` does, so that one that ends its process is
refused and the others are judged; then corpus rules judge all files together. RDF files are judged by the rules of the
bundle `content`, each as one graph. For the server, a confined child process does
all of it in a folder of its own; the server names this module without importing it, since it imports nothing that reads
files. The name of a submitted file is only shown: the file on disk has another one.
"""

import hashlib
import json
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import starmap
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from jixiao.ingest import load, originals, result
from jixiao.ingest.recognition import bounds
from jixiao.ingest.result import Judging, Reading
from jixiao.ingest.workers import Allowance, in_order, spread
from jixiao.ontology import identity, properties, terms, turtle_files
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.limits import processor_within
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.display import visible
from jixiao.ontology.text.spreadsheets import cells
from jixiao.report import accounts, templates
from jixiao.shapes import catalogue, store_check, validate
from jixiao.shapes.engine.data import Data, Term, text
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document, ProjectHead, fails
from jixiao.shapes.findings.finding import Filed, Finding, SourceLine, by_number, excerpt


def check(  # noqa: PLR0913 - the choices of a caller
    paths: Sequence[Path],
    *,
    names: Mapping[Path, str] | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    judging: Judging | None = None,
    progress: Callable[[], None] = lambda: None,
    aside: Callable[[str], None] = lambda name: None,
) -> tuple[Document, ...]:
    """Read and judge files; return the documents in the order of the files.

    The members of a zip are returned in place of the zip. Files that cannot be opened come first, files of RDF last.
    `names` overrides the file names of paths. `jobs` is the number of processes; if there is an `executor`, it reads
    the files instead. `judging` gives the engine and the strictness, and `progress` is called after each file,
    `aside` for each file of a system or program in a zip.
    """
    packed: list[tuple[str, bytes]] = []  # compressed until corpus rules have judged all of them
    is_any_acceptable = False
    # The child process of the server, which gives an executor, has limits itself.
    apart, sifting = (starmap, None) if executor else (spread(None, 1), spread(None, jobs))
    with originals.unpacked(paths, apart, sifting, aside) as opened:
        shown = opened.shown
        documents = [Document(originals.printable(str(path)), "", (reason,)) for path, reason in opened.broken.items()]
        graphs = [path for path in shown if is_rdf(path)]
        others = tuple(path for path in shown if path not in graphs)
        named = [(names or {}).get(path) or originals.printable(path.name) for path in others]
        for path, reading in load.read_files(others, identity.DEFAULT_BASE, jobs, executor, judging, named):
            packed.append((originals.printable(str(shown[path])), _packed(reading)))
            is_any_acceptable |= reading.deposit is not None
            progress()
        rdf = []
        with load.some_workers(len(graphs), jobs, executor, judging, GRAPH) as workers:
            named = [(names or {}).get(path) or originals.printable(path.name) for path in graphs]
            read = partial(read_graphs, engine=judging.engine if judging else "compiled")
            for original, found in in_order(originals.originals(graphs, named), workers, read):
                name = originals.printable(str(shown[original.path]))
                rdf.append(
                    replace(found, path=name) if isinstance(found, Document) else _refused(name, original, found)
                )
                progress()
    is_small = sum(len(each) for _, each in packed) <= _SMALL
    readings = (_unpacked(each) for _, each in packed)
    corpus_results = judge_corpus(readings, in_memory=is_small) if is_any_acceptable else {}
    iris = identity.Iris(identity.DEFAULT_BASE)
    for name, each in packed:
        reading = _unpacked(each)
        source = iris.source(reading.sha256) if reading.sha256 else ""
        documents.append(document(name, reading, corpus_results.get(source, ())))
    return (*documents, *rdf)


GRAPH = Allowance(seconds=20, memory=1 << 30, pace=50_000)
"""Limits for one file of RDF: five megabytes take fifteen seconds."""
PARSING = 10
"""Seconds of processor time for parsing one, and one more for each megabyte; most of the time is for judging."""
_SMALL = 1 << 20  # packed bytes, as of some twenty filings


def judge_corpus(readings: Iterable[Reading], *, in_memory: bool = False) -> Mapping[str, Sequence[Finding]]:
    """Judge all documents that were not refused by corpus rules, as a store does; return results by source IRI.

    Their graph is in memory, which is several times as quick to fill for few documents, or in a temporary folder.
    Documents with a project that an earlier one has are versions of it, and are judged without it.
    """
    if in_memory:
        results, versions = _judge_in(Store(), readings)
    else:
        with tempfile.TemporaryDirectory() as folder:
            # A function of its own, so that the store is closed and no longer writes when its folder is deleted.
            results, versions = _judge_in(Store(folder), readings)
    return {**results, **judge_corpus(versions, in_memory=in_memory)} if versions else results


def _judge_in(store: Store, readings: Iterable[Reading]) -> tuple[Mapping[str, Sequence[Finding]], list[Reading]]:
    """Return the results for documents, and the documents that were left out as versions of others."""
    for file in turtle_files():
        store.bulk_load(path=file, format=RdfFormat.TURTLE)
    projects: set[str] = set()
    versions = []
    for reading in readings:
        if reading.deposit and projects.isdisjoint(reading.deposit.contents.projects):
            store.bulk_load(reading.deposit.source_triples, format=RdfFormat.N_TRIPLES)
            projects |= reading.deposit.contents.projects.keys()
        elif reading.deposit:
            versions.append(reading)
    return store_check.judge(store), versions


def document(path: str, reading: Reading, corpus_results: Sequence[Finding] = ()) -> Document:
    """Return the report of one reading; `path` is the name to show for the file.

    Its own findings are numbered `r1` onwards, those of corpus rules (`corpus_results`) `x1` onwards.
    """
    results = ("r", reading.report.results if reading.report else ()), ("x", corpus_results)
    nodes = [
        (f"{letter}{number}", each)
        for letter, results_of_letter in results
        for number, each in enumerate(results_of_letter, start=1)
    ]
    filings = _filings(reading)
    default = next(iter(filings.values()), Filed())
    projects = {
        project.iri: ProjectHead(accounts.name(project), project.line, filings.get(project.iri, default))
        for project in (reading.account.projects if reading.account else ())
    }
    lines = by_number(
        SourceLine(line["n"], line["text"], accounts.place(line.get("where")))
        for line in (reading.rendition or {"lines": []})["lines"]
    )
    findings = tuple(
        replace(
            result,
            iri=node,
            filed=filings.get(result.project or result.focus_node, default),
            excerpt=excerpt(lines, result.lines, result.cells, result.quote, terms.leftBlank in result.fault.involves),
        )
        for node, result in sorted(nodes, key=lambda pair: pair[1].lines or (len(lines) + 1,))
    )
    not_read = accounts.not_read(reading.account) if reading.account else ()
    named = {line for one in findings for line in (*one.lines, *(shown.number for shown in one.excerpt))}
    named.update(line for project in not_read for line in project.lines)
    sheet_cells = cells(reading.rendition) if reading.rendition else {}
    return Document(
        path,
        reading.sha256,
        reading.refusal.reasons if reading.refusal else (),
        tuple(dict.fromkeys(filings.values())),
        projects,
        findings,
        reading.indicators,
        reading.share,
        tuple(map(str, reading.account.left_out)) if reading.account else (),
        not_read,
        {line: sheet_cells[line] for line in sorted(named.intersection(sheet_cells))},
    )


def _packed(reading: Reading) -> bytes:
    """Return a reading without the file's bytes, compressed."""
    deposit = reading.deposit and replace(reading.deposit, content=b"")
    return zlib.compress(pickle.dumps(replace(reading, deposit=deposit)), 1)


def _unpacked(packed: bytes) -> Reading:
    reading: Reading = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed above
    return reading


_FILED = (terms.filedBy, terms.year, terms.partOfFiling, terms.RDFS_label)


def _filings(reading: Reading) -> dict[str, Filed]:
    """Map the IRI of each filing and project to the body and year of its filing; empty if the file was refused."""
    if reading.deposit is None:
        return {}
    wanted = tuple(f" <{iri}> ".encode() for iri in _FILED)
    rows = [row for row in reading.deposit.source_triples.splitlines(True) if any(each in row for each in wanted)]
    data = Data(b"".join(rows))
    filed = {iri: filed_by(data, NamedNode(iri)) for iri in reading.deposit.contents.filings}
    parents = ((text(node), text(of[0])) for node, of in data.values(_FILING).items())
    return filed | {iri: filed[filing] for iri, filing in parents if filing in filed}


_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}
"""Forms of RDF by the suffix of a file's name."""

_LABEL, _YEAR, _LINE, _FILING = (
    NamedNode(iri) for iri in (terms.RDFS_label, terms.year, terms.sourceLine, terms.partOfFiling)
)


def is_rdf(path: Path) -> bool:
    """Return whether a file is RDF, by the suffix of its name."""
    return path.suffix.lower() in _FORMATS


def read_graphs(files: Sequence[result.Document], engine: validate.Engine) -> list[Document]:
    """Return the report of each file of RDF."""
    return [rdf_document(each.content, each.name, engine) for each in files]


def _refused(name: str, original: originals.Original, reading: Reading | None) -> Document:
    """Return the report of a file of RDF that was not read, under a name."""
    return Document(name, original.sha256, reading.refusal.reasons if reading and reading.refusal else ())


def rdf_document(content: bytes, name: str, engine: validate.Engine = "compiled") -> Document:
    """Judge a file of RDF as one graph, and return its report under its name. A file that cannot be read is refused.

    The suffix of the name tells the form; relative IRIs are those of a file of this name, wherever it lies. An RDF file
    has no lines of text to quote. Its findings have a line number only if its nodes state one
    (jx:sourceLine); in RDF made by `jixiao rdf-from-csv` this is the row of the spreadsheet.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        own = PurePosixPath(name)
        with processor_within(PARSING + len(content) // 1_000_000):
            quads = parse(content, _FORMATS[own.suffix.lower()], base_iri=f"file:///{quote(own.name)}")
            triples = "".join(f"{quad.triple} .\n" for quad in quads).encode()
    except (SyntaxError, ValueError) as error:
        return Document(name, digest, (f"不是完好的 RDF：{error} · not valid RDF",))
    data = Data(triples)
    filings = {text(node): filed_by(data, node) for node in _of_class(data, terms.Filing)}
    heads = {text(node): _head(data, node, filings) for node in _of_class(data, terms.Project)}
    if not heads:
        return Document(name, digest, ("没有一个 jx:Project · it has no jx:Project",))
    first = next(iter(filings.values()), Filed())
    of_projects = {iri: head.filed for iri, head in heads.items()}
    findings = tuple(
        replace(result, iri=f"r{number}", filed=of_projects.get(result.project or result.focus_node, first))
        for number, result in enumerate(sorted(_results(triples, engine), key=validate.order), 1)
    )
    filed = tuple(dict.fromkeys((*filings.values(), *of_projects.values())))
    return Document(name, digest, (), filed, heads, findings, len(data.members(NamedNode(terms.Indicator))), 1.0)


def _results(triples: bytes, engine: validate.Engine) -> Iterator[Finding]:
    """Yield the findings of the bundle's rules; rules about a whole store are applied to this graph only."""
    scopes: tuple[catalogue.Scope, ...] = ("document", "corpus")
    for scope in scopes:
        yield from (
            validate.Validation(triples, engine=engine, scope=scope)
            .report(lambda fault: fault.bundle == "content")
            .results
        )


def _of_class(data: Data, name: str) -> Iterator[Term]:
    return (data.term(number) for number in data.members(NamedNode(name)))


def filed_by(data: Data, node: Term) -> Filed:
    """Return the body and the year of a filing or project.

    The body is the one that filed the filing, or answers for the project; the year is None unless exactly one is
    stated.
    """
    named = (body for name in (terms.filedBy, *properties.bodies()) for body in data.objects(node, NamedNode(name)))
    labels = (text(label) for body in named for label in data.objects(body, _LABEL))
    years = [value.value for value in data.objects(node, _YEAR) if isinstance(value, Literal)]
    year = years[0] if len(years) == 1 and years[0].isascii() and years[0].isdigit() else None
    return Filed(next(labels, None), int(year) if year else None)


def _head(data: Data, node: Term, filings: dict[str, Filed]) -> ProjectHead:
    """Return a project's name, line and filing; `filings` has the body and year of each filing, by IRI."""
    parents = [text(each) for each in data.objects(node, _FILING)]
    lines = [each.value for each in data.objects(node, _LINE) if isinstance(each, Literal) and each.value.isdigit()]
    filed = filings.get(parents[0]) if len(parents) == 1 else None
    name = next(iter(sorted(map(text, data.objects(node, _LABEL)))), "")
    return ProjectHead(name, int(lines[0]) if lines else None, filed or filed_by(data, node))


_FAIL_ON = "violation"
_ELSEWHERE = Bilingual(
    "请在自己的机器上用 jixiao validate 检查，或请本站的管理者改设置 check_scanned_pages",
    "use jixiao validate on a machine of your own, or ask this site's operator to raise check_scanned_pages",
)


def serve(channel: Channel, name: str, pages: int) -> None:
    """Check a file that the server sends, and answer with its report as data (`report`), CSV (`csv`) and page (`html`).

    `name` is the file name to show in the report; `pages` is the greatest number of scanned pages allowed.
    """
    bounds.confine(pages, _ELSEWHERE)
    channel.send(answer(channel.receive(), name, Path.cwd()))


def answer(content: bytes, name: str, folder: Path) -> bytes:
    """Check a file, which is written to `folder`, and return its report in all forms, as JSON."""
    documents = checked(content, name, folder)
    forms = {
        "report": data.documents_as_json(documents, _FAIL_ON, fails(documents, _FAIL_ON)),
        "csv": data.findings_csv(documents),
        "html": templates.page_of_documents(documents),
    }
    return json.dumps(forms, ensure_ascii=False).encode()


def checked(content: bytes, name: str, folder: Path) -> tuple[Document, ...]:
    """Check a file, which is written to `folder`, and return its documents.

    They are shown under `name` or, for a zip, under `name` and the names of its members.
    """
    own = PurePosixPath(name)
    suffix = own.suffix.lower() if is_rdf(Path(own.name)) else ""
    file = folder / f"submission{suffix}"
    file.write_bytes(content)
    with ThreadPoolExecutor(1) as executor:
        documents = check([file], names={file: visible(own.name)}, executor=executor)
    return tuple(replace(each, path=visible(name + each.path.removeprefix(str(file)))) for each in documents)
