"""`jixiao export --site`: the site as files, behind a web server that knows nothing of it."""

import asyncio
import functools
import gc
import http.server
import shutil
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import httpx
import lxml.html
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.responses import Response

from jixiao.ontology import terms
from jixiao.shapes import catalogue
from jixiao.static_site.site import _DYNAMIC, MARK, Address, SiteError, _keep, _Site, write_site
from jixiao.store import Store
from tests.support.pages import ended, replied

ROOT = Path(__file__).parents[2]
APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin:/sbin:/bin")
MODULES = ("mpm_event", "authz_core", "alias", "dir", "env", "headers", "mime", "rewrite")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RULES = ("/shapes/", "/shapes.jsonld", "/ontology.jsonld", "/vocab.jsonld")
SAME = ("/charts/", "/compare", "/dataset/0", "/help/", "/views/", "/vocab/")
ALIKE = (*RULES, *(f"/quality/{fault.name}" for fault in catalogue.faults()[2:]), *SAME)
"""Addresses of hundreds of pages that are made alike, and of all rules and terms in further forms."""
FOUND_AT = "https://www.example.gov.cn/filing.txt"
FORMS = {
    ".ttl": RdfFormat.TURTLE,
    ".jsonld": RdfFormat.JSON_LD,
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module", params=["one", pytest.param("all", marks=pytest.mark.judge)])
def exported(request, run, examples, tmp_path_factory):
    """A store of one small filing, or of all examples."""
    if request.param == "all":
        return examples
    store = tmp_path_factory.mktemp("one") / "store"
    small = ROOT / "tests/ingest/cases/notice-above-the-only-form/filing.txt"
    table = store.parent / "origins.csv"
    table.write_text(f"file,url\nfiling.txt,{FOUND_AT}\n", encoding="utf-8")
    ended(0, run("ingest", small, "--store", store, "--origins", table))
    return store


@pytest.fixture(scope="module")
def folder(run, exported, examples, tmp_path_factory):
    """A folder with the store's site in `some/where`, written over a site that was there before.

    The small store's site is without most of the pages that are the same for every store: it would consist of them.
    """
    top = tmp_path_factory.mktemp("www")
    site = top / "some" / "where"
    site.mkdir(parents=True)
    (site / MARK).write_text(
        '{"version": "000001", "base_iri": "http://localhost:8000/", "files": 2}', encoding="utf-8"
    )
    (site / "stale.html").write_text("of before", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        if exported != examples:
            patched.setattr("jixiao.static_site.site._DYNAMIC", (*_DYNAMIC, *ALIKE))
        done = run("export", "--store", exported, "--site", site)
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    return top


@pytest.fixture(scope="module")
def address(folder):
    """Serve the folder from a server of plain files, and return its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/where/"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Page:
    """Anchors of a page, the number of its forms, and whether it tells where the file was found."""

    ids: set[str]
    forms: int
    tells: bool


def _pages(address):
    """Every page that links lead to from the first on; each link must be answered, each fragment be there."""
    pages = {}
    fragments = set()
    waiting, seen = [address], {address}
    with httpx.Client(follow_redirects=True) as client:
        while waiting:
            answer = replied(200, client.get(asked := waiting.pop()))
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            page = lxml.html.document_fromstring(answer.content)
            pages[asked] = Page(set(map(str, page.xpath("//@id"))), len(page.xpath("//form")), FOUND_AT in answer.text)
            for _, attribute, link, _ in page.iterlinks():
                target, fragment = urldefrag(urljoin(str(answer.url), link))
                if attribute not in ("href", "src") or not target.startswith(address):
                    assert not link.startswith("/"), link
                    continue
                fragments.add((target, unquote(fragment)))
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    for target, fragment in fragments:
        assert not fragment or target not in pages or fragment in pages[target].ids, f"{target}#{fragment}"
    return pages


def test_every_thing_has_its_page_and_no_link_is_broken(address, exported):
    pages = _pages(address)
    generation = Store.open(exported).present()
    base = generation.manifest.base_iri
    kinds = (terms.Project, terms.Department, terms.LegalBasis, terms.Filing, terms.SourceDocument)
    for kind in kinds:
        quads = generation.graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(kind), None)
        things = {
            quad.subject.value.removeprefix(f"{base}id/") for quad in quads if isinstance(quad.subject, NamedNode)
        }
        assert things
        assert not {thing for thing in things if f"{address}doc/{thing}/" not in pages}
    assert not any(page.forms for page in pages.values())
    if any(record.origins for record in Store.open(exported).sources()):
        assert {at.split("/doc/")[-1].split("/")[0] for at, page in pages.items() if page.tells} >= {
            "source",
            "project",
        }


def test_descriptions_stand_beside_their_pages_in_every_form(folder):
    described = [path.parent for path in (folder / "some/where/doc/project").rglob("index.html")]
    assert described
    for path in described:
        if path.name.startswith("page-") or path.name in ("project", "en"):
            continue
        for suffix in FORMS:
            content = path.with_name(path.name + suffix)
            assert any(True for _ in parse(path=content)), content
        assert {each.suffix for each in path.parent.glob(f"{path.name}.*")} == {*FORMS}
        alternates = lxml.html.parse(path / "index.html").xpath("//link[@rel='alternate'][@type]")
        assert {Path(each.get("href")).suffix for each in alternates} == {*FORMS}


def test_a_name_leads_to_its_description(address, exported):
    generation = Store.open(exported).present()
    thing = next(iter(next(iter(generation.sources.values())).projects)).removeprefix(generation.manifest.base_iri)
    [to] = lxml.html.document_fromstring(httpx.get(f"{address}{thing}/").content).xpath("//a/@href")
    assert urljoin(f"{address}{thing}/", to) == f"{address}{thing.replace('id/', 'doc/', 1)}/"


@pytest.mark.parametrize(
    ("name", "said"),
    [("kept.txt", "mine"), *((MARK, said) for said in ("", "{}", "[]", '{"name": "theirs", "files": 1}', "\udcff"))],
)
def test_a_folder_of_other_things_is_left_alone(name, said, examples, tmp_path):
    (tmp_path / name).write_bytes(said.encode("utf-8", "surrogateescape"))
    with pytest.raises(SiteError, match=str(tmp_path)):
        write_site(Store.open(examples), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("status", "named"),
    [*((each, True) for each in (401, 403, 413, 429)), *((each, False) for each in (400, 404, 406, 410))],
)
def test_an_address_that_is_refused_is_named_and_one_that_is_not_there_left_out(status, named, tmp_path):
    with pytest.raises(SiteError, match=f"/doc/org .*{status}") if named else nullcontext():
        asyncio.run(_kept_of(status, tmp_path))
    assert not list(tmp_path.iterdir())


async def _kept_of(status, folder):
    """Ask a server that answers everything with that status."""
    transport = httpx.ASGITransport(app=Response("no", status))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await _keep(_Site(folder, "", client, lambda _, __: None), Address("/doc/org"))


def test_a_site_is_written_anew(folder):
    site = folder / "some" / "where"
    assert not (site / "stale.html").exists()
    assert [path.name for path in site.parent.iterdir()] == ["where"]


@pytest.fixture(scope="module")
def apache(folder, on_apache):
    """Apache with the folder at /some/where, and at /else/where by an alias."""
    place = Path("some") / "where"
    more = "TypesConfig /dev/null\nAddType text/html .html\nAlias /else/where @www@/some/where\n"
    with on_apache(lambda www: shutil.copytree(folder / place, www / place), MODULES, more) as client:
        yield client


@pytest.fixture
def thing(folder):
    """A project's path below `id/` and `doc/`."""
    doc = folder / "some" / "where" / "doc"
    return min(path.relative_to(doc).with_suffix("").as_posix() for path in (doc / "project").rglob("*.ttl"))


@pytest.mark.debian
@pytest.mark.skipif(APACHE is None, reason="no Apache to try the site's rules with: Debian's apache2-bin")
@pytest.mark.parametrize("place", ["/some/where", "/else/where"])
class TestOnApache:
    """The rules that are written beside the site."""

    @pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
    def test_a_name_leads_to_the_form_asked_for(self, place, form, thing, apache):
        suffix = next(suffix for suffix, each in FORMS.items() if each == form)
        for accept in (form.media_type, f"{form.media_type}, */*;q=0.1"):
            for asked in (f"id/{thing}", f"id/{thing}/", f"doc/{thing}", f"doc/{thing}/"):
                got = replied(200, apache.get(f"{place}/{asked}", headers={"Accept": accept}, follow_redirects=True))
                assert {each.status_code for each in got.history} == {303}
                assert got.url.path == f"{place}/doc/{thing}{suffix}"
                assert got.headers["content-type"].partition(";")[0] == form.media_type
                assert any(True for _ in parse(got.content, format=form))

    @pytest.mark.parametrize("accept", [BROWSER, "*/*", "text/html, text/turtle;q=0.5"])
    def test_a_name_leads_to_the_page(self, place, accept, thing, apache):
        for asked in (f"id/{thing}", f"id/{thing}/", f"id/{thing}/index.html", f"doc/{thing}/"):
            got = apache.get(f"{place}/{asked}", headers={"Accept": accept}, follow_redirects=True)
            assert (got.status_code, got.url.path) == (200, f"{place}/doc/{thing}/")
            assert got.headers["content-type"].startswith("text/html")
            assert "Accept" in got.headers["vary"]

    @pytest.mark.parametrize("suffix", [*FORMS, "/index.html"])
    def test_a_file_is_answered_at_once(self, place, suffix, thing, apache):
        for accept in [form.media_type for form in FORMS.values()]:
            assert apache.get(f"{place}/doc/{thing}{suffix}", headers={"Accept": accept}).status_code == 200

    def test_all_that_has_forms_comes_in_them(self, place, apache):
        for asked, to in (("", "dataset"), ("dataset", "dataset"), ("ontology/", "ontology"), ("doc/org", "doc/org")):
            got = apache.get(f"{place}/{asked}", headers={"Accept": "text/turtle"})
            assert (got.status_code, got.headers.get("vary")) == (303, "Accept")
            assert httpx.URL(got.headers["location"]).path == f"{place}/{to}.ttl"

    def test_what_is_not_there_is_not_found(self, place, apache):
        for asked in ("doc/nothing", "id/nothing", "nothing"):
            replied(404, apache.get(f"{place}/{asked}", headers={"Accept": "text/turtle"}, follow_redirects=True))


@pytest.mark.judge
def test_an_export_starts_no_process_and_ends_at_the_first_failure_which_it_tells_once(
    examples, tmp_path, monkeypatch, caplog
):
    asked = []

    async def answer(site, address):
        asked.append(address)
        if len(asked) == 2:
            raise SiteError(address.path)
        await _keep(site, address)

    monkeypatch.setattr("jixiao.static_site.site._keep", answer)
    monkeypatch.setattr("jixiao.server.query.pool.Worker", None)
    with pytest.raises(SiteError):
        write_site(Store.open(examples), tmp_path / "site")
    assert len(asked) == 2
    gc.collect()
    assert not caplog.records


def test_both_languages_are_written_and_the_switch_links_files(address):
    home = httpx.get(address).text
    assert '<html lang="zh-CN">' in home
    [english] = lxml.html.document_fromstring(home).xpath("//a[@data-language]/@href")
    page = httpx.get(urljoin(address, english)).text
    assert '<html lang="en">' in page
    [chinese] = lxml.html.document_fromstring(page).xpath("//a[@data-language]/@href")
    assert urljoin(urljoin(address, english), chinese) == address


def test_a_disk_that_fails_is_named_with_a_remedy(examples, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SiteError, match=r"file/site cannot be written.*Free disk space"):
        write_site(Store.open(examples), tmp_path / "file" / "site")


def test_what_a_killed_export_left_is_removed_by_the_next(examples, tmp_path, monkeypatch):
    async def refuse(_site, address):
        await asyncio.sleep(0)
        raise SiteError(address.path)

    monkeypatch.setattr("jixiao.static_site.site._keep", refuse)
    monkeypatch.setattr("shutil.rmtree", lambda _path, **_: None)  # as if the process were killed before
    with pytest.raises(SiteError):
        write_site(Store.open(examples), tmp_path / "site")
    assert [*tmp_path.iterdir()]
    monkeypatch.undo()
    monkeypatch.setattr("jixiao.static_site.site._keep", refuse)
    with pytest.raises(SiteError):
        write_site(Store.open(examples), tmp_path / "site")
    assert not [*tmp_path.iterdir()]
