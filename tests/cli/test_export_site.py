"""`jixiao export --site`: the site as files, behind a web server that knows nothing of it."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import lxml.html
import pytest
from pyoxigraph import NamedNode, parse

from jixiao.ontology import terms
from jixiao.store import Store

from .conftest import Run


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder(run: Run, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the site of the examples in `some/where`."""
    top = tmp_path_factory.mktemp("www")
    done = run("export", "--store", examples, "--site", top / "some" / "where")
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    return top


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where that folder is served, by a server that only has files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/where/"
    server.shutdown()
    thread.join()
    server.server_close()


def _pages(address: str) -> dict[str, lxml.html.HtmlElement]:
    """Every page that links lead to from the first on; each link must be answered, each fragment be there."""
    pages: dict[str, lxml.html.HtmlElement] = {}
    fragments: set[tuple[str, str]] = set()
    waiting, seen = [address], {address}
    with httpx.Client(follow_redirects=True) as client:
        while waiting:
            answer = client.get(asked := waiting.pop())
            assert answer.status_code == 200, asked
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            page = pages[asked] = lxml.html.document_fromstring(answer.content)
            for _, attribute, link, _ in page.iterlinks():
                target, fragment = urldefrag(urljoin(str(answer.url), link))
                if attribute not in ("href", "src") or not target.startswith(address):
                    assert not urlsplit(link).path.startswith("/"), link
                    continue
                fragments.add((target, fragment))
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    for target, fragment in fragments:
        if fragment and target in pages:
            assert pages[target].xpath("//*[@id=$id]", id=fragment), f"{target}#{fragment}"
    return pages


def test_every_thing_has_its_page_and_no_link_is_broken(address: str, examples: Path) -> None:
    pages = _pages(address)
    generation = Store.open(examples).current()
    assert generation is not None
    base = generation.manifest.base_iri
    kinds = (terms.Project, terms.Department, terms.LegalBasis, terms.Filing, terms.SourceDocument)
    for kind in kinds:
        quads = generation.graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(kind), None)
        things = {
            quad.subject.value.removeprefix(f"{base}id/") for quad in quads if isinstance(quad.subject, NamedNode)
        }
        assert things
        assert not {thing for thing in things if f"{address}doc/{thing}/" not in pages}
    assert not any(page.xpath("//form") for page in pages.values())


def test_descriptions_stand_beside_their_pages_in_every_form(folder: Path) -> None:
    described = [path.parent for path in (folder / "some/where/doc/project").rglob("index.html")]
    assert described
    for path in described:
        if path.name.startswith("page-") or path.name == "project":
            continue
        for suffix in (".ttl", ".nt", ".jsonld", ".rdf"):
            content = path.with_name(path.name + suffix)
            assert any(True for _ in parse(path=content)), content


def test_a_name_leads_to_its_description(address: str, examples: Path) -> None:
    generation = Store.open(examples).current()
    assert generation is not None
    thing = next(iter(next(iter(generation.sources.values())).projects)).removeprefix(generation.manifest.base_iri)
    page = lxml.html.document_fromstring(httpx.get(f"{address}{thing}/").content)
    [to] = page.xpath("//a/@href")
    assert urljoin(f"{address}{thing}/", to) == f"{address}{thing.replace('id/', 'doc/', 1)}/"


def test_a_folder_of_other_things_is_left_alone(run: Run, examples: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    done = run("export", "--store", examples, "--site", tmp_path)
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_site_is_written_anew(run: Run, examples: Path, folder: Path) -> None:
    site = folder / "some" / "where"
    (site / "stale.html").write_text("of before", encoding="utf-8")
    done = run("export", "--store", examples, "--site", site)
    assert done.returncode == 0, done.stderr
    assert not (site / "stale.html").exists()
    assert [path.name for path in site.parent.iterdir()] == ["where"]


def test_one_dataset_or_one_site(run: Run, examples: Path, tmp_path: Path) -> None:
    assert run("export", "--store", examples, "--format", "nq", "--site", tmp_path).returncode == 2
