"""Judge files without a store, for the report of `jixiao validate`, or for the web server one that somebody submitted.

Files are unpacked, read and judged in processes with limits, as `ingest` does, so that a file which ends its process is
refused and the others are judged; then corpus rules judge all files together. RDF is left to rdf_files.py.

The server names `serve` as the program of a confined child process with a folder of its own, and does not import this
module, since the server must not import what reads files. The name of a submitted file is only shown: on disk it has
another.
"""

import json
import pickle
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from itertools import starmap
from pathlib import Path, PurePosixPath

from pyoxigraph import NamedNode, RdfFormat, Store

from jixiao import rdf_files
from jixiao.ingest import load, originals
from jixiao.ingest.formats import archives
from jixiao.ingest.recognition import bounds
from jixiao.ingest.result import Reading
from jixiao.ingest.values.amounts import figured
from jixiao.ingest.workers import FILE, Allowance, in_order, spread
from jixiao.ontology import identity, steps, terms, turtle_files
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.display import visible
from jixiao.ontology.text.spreadsheets import cells
from jixiao.report import accounts, templates
from jixiao.shapes import store_check
from jixiao.shapes.engine.data import Data, text
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document, ProjectHead
from jixiao.shapes.findings.finding import Filed, Finding, SourceLine, by_number, excerpt

_SHARE = 0.25  # of the time for a zip, for each of its files
_SMALL = 1 << 20  # packed bytes, as of some twenty filings
_ELSEWHERE = Bilingual(
    "请在自己的机器上用 jixiao validate 检查，或请本站的管理者改设置 check_scanned_pages",
    "use jixiao validate on your own machine, or ask the operator of this site to raise check_scanned_pages",
)
_FILED = (terms.filedBy, terms.year, terms.partOfFiling, terms.RDFS_label)


def judge_files(  # noqa: PLR0913 - the choices of a caller
    paths: Sequence[Path],
    *,
    names: Mapping[Path, str] | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    allowance: Allowance = FILE,
    strict: bool = False,
    progress: Callable[[], None] = lambda: None,
    aside: Callable[[str], None] = lambda name: None,
) -> tuple[Document, ...]:
    """Read and judge files; return the documents in the order of the files.

    The members of a zip are returned in place of the zip. Files that cannot be opened come first, files of RDF last.
    `names` overrides the file names of paths. `jobs` is the number of processes, with the limits of `allowance` for
    each file; if there is an `executor`, it reads the files instead. If `strict`, any violation refuses a file.
    `progress` is called after each file, `aside` with the name of each passed-over file of an operating system or
    program in a zip.
    """
    packed: list[tuple[str, bytes]] = []  # compressed until corpus rules have judged all of them
    is_any_acceptable = False
    # The child process of the server, which gives an executor, has limits itself.
    apart, sifting = (starmap, None) if executor else (spread(None, 1), spread(None, jobs))
    with originals.unpacked(paths, apart, sifting, aside) as opened:
        shown = opened.shown
        documents = [Document(originals.printable(str(path)), "", (reason,)) for path, reason in opened.broken.items()]
        graphs = [path for path in shown if rdf_files.is_rdf(path)]
        others = tuple(path for path in shown if path not in graphs)
        named = [(names or {}).get(path) or originals.printable(path.name) for path in others]
        read = load.read_files(
            others, identity.DEFAULT_BASE, jobs, executor, allowance=allowance, strict=strict, names=named
        )
        for path, reading in read:
            packed.append((originals.printable(str(shown[path])), _packed(reading)))
            is_any_acceptable |= reading.deposit is not None
            progress()
        rdf = []
        with load.some_workers(len(graphs), jobs, executor, rdf_files.GRAPH) as workers:
            named = [(names or {}).get(path) or originals.printable(path.name) for path in graphs]
            for original, found in in_order(originals.originals(graphs, named), workers, rdf_files.judge_graphs):
                name = originals.printable(str(shown[original.path]))
                rdf.append(
                    replace(found, path=name) if isinstance(found, Document) else _refused(name, original, found)
                )
                progress()
    is_small = sum(len(each) for _, each in packed) <= _SMALL
    readings = (_unpacked(each) for _, each in packed)
    corpus_results = judge_corpus(readings, in_memory=is_small) if is_any_acceptable else {}
    iris = identity.Iris(identity.DEFAULT_BASE)
    for name, packed_reading in packed:
        reading = _unpacked(packed_reading)
        source = iris.source(reading.sha256) if reading.sha256 else ""
        documents.append(report_on(name, reading, corpus_results.get(source, ())))
    return (*documents, *rdf)


def _refused(name: str, original: originals.Original, reading: Reading | None) -> Document:
    """Return the report of a file of RDF that was not read, with the reasons of the `reading`'s refusal, if any."""
    return Document(name, original.sha256, reading.refusal.reasons if reading and reading.refusal else ())


def judge_corpus(readings: Iterable[Reading], *, in_memory: bool) -> Mapping[str, Sequence[Finding]]:
    """Judge all documents that were not refused by corpus rules, as a store does; return results by source IRI.

    The graph of the documents is in memory if `in_memory`, which is several times as quick to fill for few documents,
    or else in a temporary folder. A document with a project that an earlier one has is a version of the earlier one:
    such documents are judged afterwards, without the earlier ones.
    """
    if in_memory:
        results, versions = _judge_in(Store(), readings)
    else:
        with tempfile.TemporaryDirectory() as folder:
            # A function of its own, so that the store is closed and no longer writes when its folder is deleted.
            results, versions = _judge_in(Store(folder), readings)
    return {**results, **judge_corpus(versions, in_memory=in_memory)} if versions else results


def _judge_in(store: Store, readings: Iterable[Reading]) -> tuple[Mapping[str, Sequence[Finding]], list[Reading]]:
    """Judge documents in an empty store; return the results by source IRI, and the documents that were left out.

    A document is left out if it has a project of an earlier one.
    """
    for file in turtle_files():
        store.bulk_load(path=file, format=RdfFormat.TURTLE)
    forms: set[str] = set()
    versions = []
    for reading in readings:
        if reading.deposit and forms.isdisjoint(reading.deposit.contents.forms):
            store.bulk_load(reading.deposit.source_triples, format=RdfFormat.N_TRIPLES)
            forms |= reading.deposit.contents.forms.keys()
        elif reading.deposit:
            versions.append(reading)
    return store_check.judge(store), versions


def report_on(path: str, reading: Reading, corpus_results: Sequence[Finding] = ()) -> Document:
    """Return the report of one reading; `path` is the name to show for the file.

    Its own findings are numbered from `r1` on, the results of corpus rules (`corpus_results`) from `x1` on.
    """
    own = reading.report.results if reading.report else ()
    numbered = (("r", enumerate(own, 1)), ("x", enumerate(corpus_results, 1)))
    nodes = [(f"{letter}{number}", each) for letter, results in numbered for number, each in results]
    filings = _filings(reading)
    default = next(iter(filings.values()), Filed())
    heads = {
        project.iri: ProjectHead(accounts.name(project), project.line, filings.get(project.iri, default))
        for project in (reading.account.forms if reading.account else ())
    }
    evaluations = {each.iri for each in (reading.account.evaluations if reading.account else ())}
    lines = _lines(reading)
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
    unread = reading.account.unread if reading.account else ()
    named = {line for one in findings for line in (*one.lines, *(shown.number for shown in one.excerpt))}
    named.update(each.line for each in unread)
    sheet_cells = cells(reading.rendition) if reading.rendition else {}
    return Document(
        path,
        reading.sha256,
        refused=reading.refusal.reasons if reading.refusal else (),
        filings=tuple(dict.fromkeys(filings.values())),
        projects={iri: head for iri, head in heads.items() if iri not in evaluations},
        evaluations={iri: head for iri, head in heads.items() if iri in evaluations},
        findings=findings,
        indicators=reading.indicators,
        share=reading.share,
        left_out=tuple(map(str, reading.account.left_out)) if reading.account else (),
        not_read=not_read,
        elsewhere=tuple(each.line for each in unread if not each.in_form),
        alone=reading.account.alone if reading.account else frozenset(),
        figured=frozenset(each.line for each in unread if any(map(str.isdecimal, figured(each.text)))),
        sheet_cells={line: sheet_cells[line] for line in sorted(named.intersection(sheet_cells))},
    )


def _lines(reading: Reading) -> dict[int, SourceLine]:
    """Return the lines of the text that was read, with their places, by number."""
    return by_number(
        SourceLine(line["n"], line["text"], accounts.place(line.get("where")))
        for line in (reading.rendition or {"lines": []})["lines"]
    )


def _packed(reading: Reading) -> bytes:
    """Return a reading as compressed bytes, pickled without the content of the file."""
    deposit = reading.deposit and replace(reading.deposit, content=b"")
    return zlib.compress(pickle.dumps(replace(reading, deposit=deposit)), 1)


def _unpacked(packed: bytes) -> Reading:
    reading: Reading = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed above
    return reading


def _filings(reading: Reading) -> dict[str, Filed]:
    """Map the IRI of each filing, project and evaluation to the body and year of its form; empty for a refused file."""
    if reading.deposit is None:
        return {}
    wanted = tuple(f" <{iri}> ".encode() for iri in _FILED)
    rows = [row for row in reading.deposit.source_triples.splitlines(True) if any(each in row for each in wanted)]
    data, contents = Data(b"".join(rows)), reading.deposit.contents
    filed = {iri: rdf_files.filed_by(data, NamedNode(iri)) for iri in (*contents.filings, *contents.evaluations)}
    parents = ((text(node), text(of[0])) for node, of in data.values(NamedNode(terms.partOfFiling)).items())
    return filed | {iri: filed[filing] for iri, filing in parents if filing in filed}


def serve(channel: Channel, name: str, pages: int, seconds: float, notes: str) -> None:
    """Judge a file that the server sends, and answer with its report as data (`report`), CSV (`csv`) and page (`html`).

    `name` is the file name to show in the report; `pages` is the greatest number of scanned pages allowed, `seconds`
    the time for the whole, and `notes` the path of the file in which this process notes how far it came.
    """
    steps.keep(Path(notes))
    bounds.confine(pages, _ELSEWHERE)
    channel.send(report_forms(channel.receive(), name, Path.cwd(), seconds))


def report_forms(content: bytes, name: str, folder: Path, seconds: float = FILE.seconds) -> bytes:
    """Judge a file, which is written to `folder`, and return its report in all forms, as JSON."""
    documents = judge_submission(content, name, folder, seconds)
    forms = {
        "report": data.documents_as_json(documents),
        "csv": data.findings_csv(documents),
        "html": templates.page_of_documents(documents),
    }
    return json.dumps(forms, ensure_ascii=False).encode()


def judge_submission(content: bytes, name: str, folder: Path, seconds: float = FILE.seconds) -> tuple[Document, ...]:
    """Judge a file, which is written to `folder`, and return its documents.

    Each document is shown under `name`; the members of a zip are shown under `name` and their own names. The files of
    a zip are read by a further process, each in a quarter of the `seconds` at most, so that one which ends it, or takes
    too long, leaves time for the others.
    """
    own = PurePosixPath(name)
    suffix = own.suffix.lower() if rdf_files.is_rdf(Path(own.name)) else ""
    file = folder / f"submission{suffix}"
    file.write_bytes(content)
    names = {file: visible(own.name)}
    if archives.is_batch(content):
        documents = judge_files([file], names=names, jobs=1, allowance=Allowance(seconds=_SHARE * seconds))
    else:
        with ThreadPoolExecutor(1) as executor:
            documents = judge_files([file], names=names, executor=executor)
    return tuple(replace(each, path=visible(name + each.path.removeprefix(str(file)))) for each in documents)
