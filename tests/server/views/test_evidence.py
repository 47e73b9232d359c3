"""Pages with sums name the filings whose files declare more than was read of them."""

import re
from dataclasses import replace

import httpx
import lxml.html
import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.ingest.load import ingest
from jixiao.ontology.identity import Iris
from jixiao.server.errors import ParameterError
from jixiao.server.views.evidence import Caveats
from jixiao.store import Store
from tests.server.conftest import BASE, CASES, deposit, running
from tests.support.pages import replied
from tests.support.writing import stored

BODY, FILING = "org/bdd7i7amlc5hg", f"{BASE}id/filing/bdd7i7amlc5hg/2022"
SENTENCE = "编报项目：文件称 7，读到 2。"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a server over a filing that declares seven projects, of which two were read."""
    read, sh = deposit("songjiang"), "http://www.w3.org/ns/shacl#"
    finding = f"<{Iris(BASE).report_graph(read.sha256)}#r2>"
    said = f"""{finding} a <{sh}ValidationResult> ; <{sh}sourceShape> <https://w3id.org/jixiao/shapes#CoverNotRead> ;
      <{sh}resultSeverity> <{sh}Info> ; <{sh}focusNode> <{FILING}> ;
      <http://www.w3.org/ns/prov#wasDerivedFrom> <{Iris(BASE).source(read.sha256)}> ;
      <{sh}resultMessage> "{SENTENCE}"@zh , "Projects: 7 declared, 2 read."@en ."""
    triples = serialize([quad.triple for quad in parse(said, format=RdfFormat.TURTLE)], format=RdfFormat.N_TRIPLES)
    store = stored(
        Store.create(tmp_path_factory.mktemp("declared") / "store", BASE),
        replace(read, report_triples=read.report_triples + (triples or b"")),
        deposit("minhang"),
    )
    with running(store, embed_from=("https://example.org",)) as answering:
        yield answering


def test_the_page_of_a_filing_lists_what_was_found_of_it(client):
    page = client.get(f"{FILING.replace('/id/', '/doc/')}?lang=zh", headers={"Accept": "text/html"}).text
    assert SENTENCE in page.partition("申报本身的发现")[2]


@pytest.mark.parametrize("path", ["/views/findings?fault=CoverNotRead&lang=zh", "/quality/CoverNotRead?lang=zh"])
def test_what_was_not_read_is_no_fault_in_lists(path, client):
    """Test the badge of a finding that its rule states as an info."""
    rows = client.get(path, headers={"Accept": "text/html"}).text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r'class="level (\w+)">([^<]+)<', rows) == [("violation", "没有读准")]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"doc/{BODY}", True),
        ("doc/org", True),
        ("doc/place/310117", True),
        ("doc/place/310112", False),
        ("views/spending", True),
        ("views/spending?year=2021-2022", True),
        ("views/spending?year=2023", False),
        ("views/projects?outside=闵行区", False),
        ("views/by-year", True),
        ("views/provinces", True),
        ("charts/spending-by-year", True),
        ("views/legal-bases", False),
        # Under a condition on projects, a file is named only if it has a row in the answer.
        ("doc/org?text=松江", True),
        ("doc/org?text=闵行", False),
        ("doc/project?text=培训", True),
        ("views/projects?topic=培训", True),
        ("views/projects?topic=办公用房", False),
        ("views/projects?least=1", True),
        ("views/bodies?text=培训", False),
        ("views/projects?year=2022&sort=amount", True),
    ],
)
def test_pages_with_sums_say_which_files_declare_more(client, path, told):
    page = replied(200, client.get(f"/{path}{'&' if '?' in path else '?'}lang=zh", headers={"Accept": "text/html"}))
    assert ("所称的项目数或金额不是读到的" in page.text) == told
    assert (SENTENCE.rstrip("。") in re.sub(r"<[^>]*>", "", page.text)) == told


@pytest.mark.parametrize("sort", ["amount", "-amount", "-year"])
def test_a_page_of_some_rows_tells_of_the_files_of_all(sort, client):
    page = client.get("/views/projects", params={"least": "1", "limit": "1", "sort": sort, "format": "json"}).json()
    assert page["truncated"]
    assert "所称的项目数或金额不是读到的" in page["caveat"]["zh"]


def test_a_name_that_too_many_bodies_bear_narrows_nothing():
    def answers(view, given):
        if "department" in given:
            raise ParameterError("多于 100 个。", "More than 100.")
        return [{"filing": f"{BASE}id/filing/x/{year}"} for year in (2022, 2023)]

    told = Caveats().of("1", answers, {"department": "局"})
    assert told
    assert "2 source files" in told.en


@pytest.fixture(scope="module")
def undated(tmp_path_factory):
    """A client of a server over a filing that names no year."""
    store = Store.create(tmp_path_factory.mktemp("undated") / "store", BASE)
    ingest([CASES / "body-and-unit-above-the-form" / "filing.txt"], store)
    with running(store, embed_from=("https://example.org",)) as client:
        yield client


@pytest.mark.parametrize("path", ["views/projects", "views/indicators", "embed/projects", "charts/provinces"])
def test_pages_of_a_year_say_how_many_projects_have_none(undated, path):
    page = undated.get(f"/{path}?year=2020&lang=en", headers={"Accept": "text/html"}).text
    rows = "indicators" if path == "views/indicators" else "project"
    assert re.search(rf"Left out, because no year was read: \d+ {rows} that otherwise fit", page)


def test_answers_of_a_year_say_so_too_and_those_about_self_evaluations_do_not(undated):
    data = undated.get("/views/projects?year=2020").json()
    others = undated.get("/tables/projects?year.other=2020&format=json").json()
    assert data["caveat"]["zh"].startswith("合其他条件的另有 1 个项目没有读到年度")
    assert data["whole"]["undated"] == others["whole"]["undated"] == 1
    for asked in ("views/results?", "views/evaluations?", "embed/results?", "ask?q=2020年没有完成的指标&"):
        for kind in ("text/html", "application/json"):
            told = undated.get(f"/{asked}year=2020&lang=en", headers={"Accept": kind}).text
            assert "year was read" not in told, (asked, kind)


def test_one_version_is_asked_once_for_what_sums_may_lack():
    asked = []
    row = {"filing": f"{BASE}id/filing/x/2022", "filingName": "", "source": "x"}
    row |= dict.fromkeys(("message", "messageEn"), SENTENCE)
    found = []

    def answers(view, given):
        asked.append(given)
        return [*found] if given.get("year", "2022") == "2022" else ()

    kept = Caveats()
    for number in ("国发〔2014〕1号", "国发〔2014〕2号"):
        assert kept.of("1", answers, {"department": number, "region": "云岭区", "number": number}) is None
    assert asked == [{"fault": "CoverNotRead"}]
    found.append(row)
    assert kept.of("1", answers, {"sort": "amount"}) is None
    for _ in range(2):
        for body in ("云岭区水务局", ["云岭区民政局", "云岭区水务局"]):
            assert kept.of("2", answers, {"department": body, "limit": "5"})
        assert kept.of("2", answers, {"text": "培训"}, lambda: [{"source": "x"}])
        assert kept.of("2", answers, {"year": "2022"})
        assert kept.of("2", answers, {"year": "2023"}) is None
        assert kept.of("2", answers, {"outside": "云岭区"}) is None
    # Version 2 has five different answers, of which one asks nothing, and that for no parameters.
    assert len(asked) == 1 + 5
    with pytest.raises(ParameterError):
        kept.of("3", _refusing, {})


def _refusing(view, given):
    raise ParameterError("多于 100 个。", "More than 100.")


@pytest.mark.parametrize("path", ["views/spending?format=json", "embed/spending"])
def test_answers_to_take_away_and_to_embed_say_so_too(client, path):
    assert "文件所称的" in client.get(f"/{path}").text


@pytest.mark.parametrize("path", ["views/spending?year=2022", "tables/projects?group=year&measure=rows,sum_amount"])
def test_pages_have_the_code_that_embeds_their_rows(client, path):
    page = lxml.html.fromstring(client.get(f"/{path}", headers={"Accept": "text/html"}).text)
    [code] = page.xpath("//code[contains(., '<iframe')]")
    frame = lxml.html.fromstring(code.text_content()).get("src")
    shown = client.get(httpx.URL(frame).raw_path.decode(), headers={"Accept": "text/html"})
    assert "frame-ancestors https://example.org" in shown.headers["Content-Security-Policy"]
    assert "<td" in shown.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_and_an_answer_word_it_once_and_alike(client, lang):
    asked = client.get("/ask", params={"q": "松江区的项目一共多少钱", "format": "json"}).json()
    pages = [
        client.get(path, params={**params, "lang": lang}, headers={"Accept": "text/html"}).text
        for path, params in (("/ask", {"q": "松江区的项目一共多少钱"}), ("/views/projects", asked["params"]))
    ]
    said, told = (re.findall('<p class="left-out">(.*?)</p>', page) for page in pages)
    assert said == told
    assert said
    assert asked["caveat"][lang] not in asked["reading"][lang]


@pytest.mark.usefixtures("every_rule")
@pytest.mark.parametrize(
    ("case", "told"), [("list-that-breaks-off-below-its-total", True), ("list-of-projects-between-blanks", False)]
)
def test_the_total_of_a_list_is_that_of_its_file(tmp_path, case, told):
    store = Store.create(tmp_path / "store", BASE)
    ingest([CASES / case / "filing.txt"], store)
    with running(store) as client:
        pages = [
            client.get(
                f"/doc/{filing.removeprefix(f'{BASE}id/')}", headers={"Accept": "text/html"}, params={"lang": "en"}
            )
            for filing in store.sources()[0].filings
        ]
        sums = client.get("/views/spending?lang=en", headers={"Accept": "text/html"}).text
    assert [page.status_code for page in pages] == [200] * len(pages)
    said = "the file states 9,300,000, but the projects that were read (2) come to 2,050,000"
    assert all((said in page.text) == told for page in pages)
    assert (said in sums) == told
