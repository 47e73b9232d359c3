"""Tables on pages of things: totals, years, projects, documents, rows of lists; and the addresses of sources.

Self-evaluations on pages: their own, those of projects, and those of what they refer to.
"""

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from jixiao.server.linked_data import tables
from jixiao.server.settings import Settings
from jixiao.server.views import view_files
from jixiao.store import Origin
from tests.server.conftest import (
    BASE,
    CASES,
    HTML,
    WHOLE_FILING as FILING,
    answering,
    running,
    serving_files,
    serving_one,
)
from tests.support.pages import absent, markup, page, words
from tests.support.writing import committing, stored

TESTS = Path(__file__).parents[2]
EVALUATED, ALONE = "evaluation/bdd7i7amlc5hg/2022/jaffbl3rohoc7", "evaluation/yn5lxgknfyyrb/2022/sraw2xojdxl35"
PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
FILES = sorted(path for ext in ("rq", "yaml") for path in Path(tables.__file__).parent.glob(f"*/**/*.{ext}"))
OF_FILINGS = [
    path
    for path in FILES
    if "evaluation" not in {path.parent.name, path.stem}
    # These list the body of the self-evaluation, and count what was found in it.
    and path.stem not in {"4-bodies", "5-evaluations", "5-findings"}
]


def text(client, path, language="zh"):
    """Return a page's text without markup."""
    main = markup(client, f"/doc/{path}", language).partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


IN_PART = "evaluation/jn27tcbhemxvw/2022/7u7eafwhn6ryg"


@pytest.fixture(scope="module")
def in_part(tmp_path_factory):
    """A server of self-evaluations of which something is printed and was not read, and of one whose rate is 0."""
    folder = tmp_path_factory.mktemp("in-part")
    read = {
        name: (CASES / f"self-evaluation-{name}" / "filing.txt").read_text(encoding="utf-8")
        for name in ("behind-a-report", "whose-blank-cells-vanished")
    }
    spent = read["behind-a-report"].replace("80\t90\t81\t10\t90%\t9", "0\t0\t0\t10\t0\t0")
    files = {
        **read,
        "spent": spent.replace("河道清淤", "堤坝加固").replace("总分\t100\t95\n", "总分\t100\t95\n备注\t无\n"),
        "altered": read["behind-a-report"].replace("11公里\t50\t46\t汛期", "11\ufffd公里\t50\t46\t汛\ufffd期"),
    }
    with serving_files(folder, {f"{name}.txt": content for name, content in files.items()}) as client:
        yield client


@pytest.mark.parametrize(
    ("language", "score", "row"),
    [
        ("zh", "总分印有或可能印有，没有读准", "没有读准：实际完成值文字、偏差原因"),
        ("en", "The total score is printed, or may be, and was not read", "not read: achieved text"),
    ],
)
def test_a_self_evaluation_names_what_is_printed_and_was_not_read(in_part, language, score, row):
    """Doubts about a whole form, such as that its end was not seen, are said of no row."""
    shown = page(in_part, f"/doc/{IN_PART}", language)
    assert score in words(shown.xpath("//*[@class='headline']"))[0]
    assert shown.xpath("//details[@class='badge']")
    for table in shown.xpath("//table[.//a[contains(@href, '#')]]"):
        assert words(table.xpath(".//a[starts-with(@class, 'level')]")) == []
    assert any(row in each for each in words(page(in_part, "/views/results", language).xpath("//tbody/tr")))
    rates = page(in_part, "/views/evaluations", language, text="堤坝加固").xpath("//td[contains(@data-label, '%')]")
    assert words(rates)[0].endswith(("：0", ": 0"))


def test_sources_of_self_evaluations_alone_have_body_year_and_number(in_part):
    for row in rows(in_part, "source.csv"):
        told = {name: row[name] for name in ("department", "projects", "evaluations", "firstYear")}
        assert told == {"department": told["department"], "projects": "0", "evaluations": "1", "firstYear": "2022"}
        assert told["department"].endswith("青河县水利局")
    assert (
        absent(in_part.get("/?lang=zh", headers=HTML).text, "来自 1 个省级行政区", "另有 1 个省级行政区只有自评") == []
    )


def test_a_project_shows_target_and_result_side_by_side(of_evaluated):
    page = text(of_evaluated, PROJECT)
    section = page[page.index("自评 evaluations.txt 照自评表所写") :]
    assert (
        absent(
            section,
            "400,000 申请，本预算年度 400,000 500,000 450,000.5 90 97 优",
            ">=80% 76% 95 未达到 8 / 10 题目偏难 >=80%",
            "办了四期培训",
            "没有对上申报的指标的自评指标：培训期数、培训人数",
        )
        == []
    )
    assert "自评里没有对上的申报指标" not in section
    assert "Evaluated indicators without an indicator of the filing: 培训期数" in text(of_evaluated, PROJECT, "en")


def test_indicators_that_no_result_answers_are_said(filled, deposits, tmp_path):
    made = deposits("evaluations")
    lines = made.source_triples.splitlines(keepends=True)
    without = replace(made, source_triples=b"".join(line for line in lines if b"jaffbl3rohoc7#e2>" not in line))
    with running(Settings(store=stored(filled(tmp_path / "store"), without).path)) as client:
        assert "自评里没有对上的申报指标：学员满意度。" in text(client, PROJECT)
        assert "Indicators of the filing that no result was paired with: 学员满意度." in text(client, PROJECT, "en")


def test_a_self_evaluation_is_listed_apart_from_projects(of_evaluated):
    library, place = (text(of_evaluated, path) for path in ("org/yn5lxgknfyyrb", "place/310117"))
    assert re.search("图书借阅 .*2022.* 82,000 82% 95.2", library.partition("自评")[2])
    assert re.search("自评 责任部门 自评数 .*上海市松江区图书馆 1", place)
    hits = of_evaluated.get("/search", params={"q": "图书馆", "kind": "org", "format": "json"}).json()
    assert [(hit["projects"], hit["evaluations"]) for hit in hits["groups"][0]["hits"]] == [(0, 1)]


@pytest.mark.parametrize("path", OF_FILINGS, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_self_evaluation_is_no_project_in_tables(path, store, evaluated):
    view = view_files.read(path)
    values = {"node": [NamedNode(term.value) for term in view.params[0].terms(view.params[0].example, view.base_iri)]}
    rows = [
        view.rows(answering(now.graph), values, lambda _, now=now: now.tables)
        for now in (store.current(), evaluated.current())
    ]
    assert rows[0] == rows[1]


def test_self_evaluations_that_disagree_are_told_by_their_files(tmp_path):
    """Pages of both and of their project name the files; the line of the total is the ledger's."""
    printed = (TESTS / "quality" / "evaluated.txt").read_text("utf-8")
    files = {
        "filing.txt": FILING,
        "draft.txt": printed,
        "final.txt": printed.replace("190册", "195册"),
    }
    with serving_files(tmp_path, files) as client:
        rows = client.get("/views/evaluations", params={"format": "json"}).json()
        assert (rows["whole"]["contested"], [row["disputed"] for row in rows["rows"]]) == (2, [1, 1])
        for row in rows["rows"]:
            page = text(client, row["evaluation"].partition("/id/")[2])
            assert re.search(r"年度资金总额.*?第 \d+ 行 其中", page)
            assert ("古籍修复（draft.txt）" in page) != ("古籍修复（final.txt）" in page)
        project = text(client, rows["rows"][0]["project"].partition("/id/")[2])
        assert (
            absent(
                project, "自评：目标和完成 (draft.txt)", "自评：目标和完成 (final.txt)", "另有 1 份自评，数与这一份不同"
            )
            == []
        )
        assert text(client, rows["rows"][0]["departmentIri"].partition("/id/")[2]).count("另有 1 份数不同") == 2


@pytest.fixture(scope="module")
def of_two_targets(tmp_path_factory):
    """A client of a server over a filing and its self-evaluation, which prints another target and an unreadable sum."""
    files = {
        "filing.txt": FILING.replace("200册", "250册"),
        "evaluation.txt": (TESTS / "quality" / "evaluated.txt").read_text("utf-8").replace("10.8", "10.8.3"),
    }
    with serving_files(tmp_path_factory.mktemp("two-targets"), files) as client:
        yield client


@pytest.mark.parametrize("kind", ["evaluation", "project"])
def test_findings_of_a_self_evaluation_and_what_was_not_read_of_it_are_shown(of_two_targets, kind):
    [path] = {
        row[kind].partition("/id/")[2]
        for row in of_two_targets.get("/views/evaluations", params={"format": "json"}).json()["rows"]
    }
    assert (
        absent(
            text(of_two_targets, path),
            "“修复册数”的目标，自评写的是“≥200册”，申报时是“≥250册”。",
            "部分读取 ：",
            "哪一行、为什么： 原文逐行 · 质量报告",
        )
        == []
    )
    english = text(of_two_targets, path, "en")
    assert "Read in part :" in english
    assert "“≥250册”" in english.partition("Targets and results")[0]
    assert "修复册数 Target that differs from the filing's" in english, "the row of the table is marked"


ORG, BASIS = "org/bdd7i7amlc5hg", "basis/fldlhlcahtirw-2009-97"


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_takes_a_node_and_answers(path, client):
    view = view_files.read(path)
    assert view.params[0].name == "node"
    for asked in (view.params[:1], view.params if view.params[0].required else ()):
        query = view.bind({each.name: each.example for each in asked})
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
        # A query that nobody asks for an answer has the sums of requests alone.
        columns = {column.name for column in view.columns if column.phase in (None, "requested")}
        assert set(answer.json()["head"]["vars"]) == columns


@pytest.mark.parametrize(
    ("printed", "named", "lang", "said"),
    [
        (
            {"临江市": "永济市"},
            "运城市永济市文化局",
            "zh",
            "永济市文化局 机构 运城市永济市文化局 （推得的全称：地名和机关名写成规范的样子）",
        ),
        (
            {"临江市文化局": "经济建设科", "临江市图书馆": "永济市图书馆"},
            "经济建设科",
            "en",
            "As printed; the name does not tell where it is, and the same file does: Yongji City.",
        ),
        ({"临江市文化局": "楼区局", "临江市": ""}, "楼区局", "en", "As printed; where it is was not read."),
    ],
)
def test_a_page_says_whether_a_body_has_its_name_as_printed(tmp_path, printed, named, lang, said):
    told = FILING
    for old, new in printed.items():
        told = told.replace(old, new)
    with serving_one(tmp_path, told) as client:
        [body] = [row for row in rows(client, "org.csv") if row["department"] == named]
        page = text(client, body["departmentIri"].removeprefix(f"{BASE}id/"), lang)
    assert said in page
    assert ("照来源所印" in page or "As printed" in page) == ("推得" not in said)


def test_a_body_above_the_one_that_carries_a_project_out_is_told_by_its_role(tmp_path):
    with serving_one(tmp_path, FILING.replace("临江市文化局", "中国气象局")) as client:
        [project] = rows(client, "project.csv")
        assert project["department"] == "中国气象局"
        page = text(client, project["project"].removeprefix(f"{BASE}id/"))
        assert "中国气象局 (主管部门) 、 临江市图书馆（本级） (实施（或填报）单位) · 临江市 · 2023 年" in page
        assert "责任部门" not in page.partition("取走与引用")[0]
        [filing] = rows(client, "filing.csv")
        assert "中国气象局 主管部门 120,000" in text(client, filing["filing"].removeprefix(f"{BASE}id/"))


def test_a_document_warns_of_others_under_its_number(tmp_path):
    order = "（临江市人民政府令第6号）"
    told = FILING.replace(
        "《临江市古籍保护办法》（沪府发〔2020〕6号）；单位职责。",
        f"《临江市古籍保护办法》{order}、《临江市图书馆条例》{order}；单位职责。",
    )
    with serving_one(tmp_path, told) as client:
        named = {row["title"]: row["basis"].removeprefix(f"{BASE}id/") for row in rows(client, "basis.csv")}
        assert len(named) == 2
        for title, iri in named.items():
            assert (
                f"同一文号下还有别的文件，来源所引的是哪一份，要看所印的标题： {''.join({*named} - {title})}"
                in text(client, iri)
            )


def rows(client, path):
    answer = client.get(f"/doc/{path}")
    assert answer.headers["content-type"].startswith("text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("kind", "column", "typed"),
    [
        ("org", "department", "松江"),
        ("place", "place", "松江"),
        ("filing", "department", "松江"),
        ("project", "name", "培训"),
        ("basis", "name", "松委"),
        ("source", "name", "song"),
    ],
)
def test_a_list_is_sorted_filtered_and_downloaded(kind, column, typed, client):
    every = rows(client, f"{kind}.csv?sort=-amount")
    [name] = [name for name in every[0] if name in ("amount", "sum_amount_requested")]
    money = [float(row[name]) for row in every if row[name]]
    assert money == sorted(money, reverse=True) != []
    found = rows(client, f"{kind}?format=csv&text={typed}")
    assert 0 < len(found) < len(rows(client, f"{kind}.csv"))
    assert all(typed in row[column] for row in found)
    page = client.get(f"/doc/{kind}?text={typed}", headers=HTML).text
    assert 'name="text"' in page
    assert f'href="/doc/{kind}?text=' in page  # heads that sort, in force with the filter
    assert "format=csv" in page
    assert client.get(f"/doc/{kind}?text={typed}&page=2", headers=HTML).status_code == 404


SAID = {
    "a document says who cites it, since when, for how much": (
        BASIS,
        "en",
        (
            *(
                "Projects that cite it",
                "Bodies that cite it",
                "Titles and numbers as printed",
                "Project's line",
                "Citing line",
            ),
            *("Projects that cite it: 3", "2023: 1,000,000 yuan requested (1)"),
        ),
        (),
    ),
    "a document alone under its number has no warning": (BASIS, "zh", (), ("同一文号下",)),
    "a filing is named by body and year": (
        "filing/bdd7i7amlc5hg/2022",
        "zh",
        ("中国人民政治协商会议上海市松江区委员会办公室（2022）",),
        ("/id/filing",),
    ),
    "which tells money by role": ("org", "zh", ("不再相加",), ()),
    "a list of bodies": ("org", "en", ("中国人民政治协商会议上海市松江区委员会办公室", "yuan", "2022"), ()),
    "a list of projects": ("project", "en", ("业务培训", "yuan", "2022"), ()),
    "a list of filings": ("filing", "en", ("yuan", "2022"), ()),
    "a list of sources": ("source", "en", ("songjiang.txt", "yuan", "2022"), ()),
    "levels have their English names": (PROJECT, "en", ("产出指标 output indicator",), ()),
    "which Chinese pages lack": (PROJECT, "zh", (), ("output indicator", "自评")),
    "a place has projects and money there": ("place/310117", "zh", ("那里的项目和金额",), ()),
    "totals are only of this body": (ORG, "zh", ("1 个部分读取",), ("金额不明", "闵行")),
}
SAID_OF_EVALUATED = {
    "a self-evaluation has targets, results and money": (
        EVALUATED,
        "zh",
        (
            *(
                "年度资金总额",
                "其中：财政拨款",
                "100%",
                "全年办两期培训",
                "办了四期培训",
                "题目偏难",
                "未达到",
                "不能判断",
            ),
            "97 总分，优",
        ),
        (),
    ),
    "in English": (
        EVALUATED,
        "en",
        ("total of the year", "Adjusted budget (yuan)", "What was done", "missed", "not judged"),
        (),
    ),
    "self-evaluations are a list": ("evaluation", "zh", ("业务培训", "图书借阅"), ()),
    "one may have no project": (ALONE, "zh", ("没有对上申报的项目",), ()),
    "its body then has no projects": ("org/yn5lxgknfyyrb", "zh", (), ("实施的项目", "负责的项目")),
    "a place counts them apart": ("place/310117", "zh", ("那里的自评", "上海市松江区图书馆 0 "), ()),
    "bodies with self-evaluations alone are not in the list": (
        "org?text=图书馆",
        "zh",
        ("只有自评的机构不在这个名单里",),
        (),
    ),
}


@pytest.mark.parametrize(
    ("served", "path", "lang", "said", "unsaid"),
    [
        *(pytest.param("client", *case, id=name) for name, case in SAID.items()),
        *(pytest.param("of_evaluated", *case, id=name) for name, case in SAID_OF_EVALUATED.items()),
    ],
)
def test_a_page_says_what_it_shows(  # noqa: PLR0917 - a case and its server
    request, served, path, lang, said, unsaid
):
    page = text(request.getfixturevalue(served), path, lang)
    assert (absent(page, *said), absent(page, *unsaid)) == ([], [*unsaid])


def test_totals_come_first(client):
    page = text(client, ORG)
    assert page.index("2 个项目，2022 年申请 400,000 元（1 个）") < page.index("引用最多的依据")


@pytest.mark.parametrize("kind", ["org", "basis", "filing", "project", "series", "source", "place"])
def test_the_example_of_a_filter_finds_something(kind, client):
    shown = client.get(f"/doc/{kind}?lang=en", headers=HTML).text
    field = re.search(r'<input name="text" [^>]*placeholder="e\.g\. ([^"]+)"', shown)
    if field is None:
        assert 'name="text"' not in shown.partition('<form class="params"')[2].partition("</form>")[0]
        return
    assert len(client.get(f"/doc/{kind}.csv", params={"text": unescape(field[1])}).text.splitlines()) > 1


def test_projects_without_a_year_are_told_and_count_in_sums(tmp_path):
    """Serve two filings of one body, one of which names no year."""
    without = FILING.replace("2023年度", "本年度").replace("2023-01-01", "2022-09-01").replace("古籍修复", "古籍编目")
    with serving_files(tmp_path, {"0.txt": FILING, "1.txt": without}) as client:
        for path in ("org", "source", "series"):
            assert sum(int(row["withoutYear"] or 0) for row in rows(client, f"{path}?format=csv")) == 1, path
        page = client.get("/doc/org", params={"lang": "en"}, headers=HTML).text
    assert re.search(r'<p class="answer">\d bod(y|ies) with projects, 2 projects</p>', page)


ADDRESS, OTHER = "https://www.example.gov.cn/a.pdf?id=1&n=2", "http://b.example.cn/"
SHOWN = ADDRESS.replace("&", "&amp;")


@pytest.fixture(scope="module")
def located(tmp_path_factory, filled, songjiang):
    """A client of a server over a store with a source that has three addresses."""
    store = filled(tmp_path_factory.mktemp("located") / "store")
    with committing(store) as batch:
        batch.locate(songjiang.sha16, [Origin(ADDRESS, "2024-03-05T09:30:00+08:00", "<某市财政局>"), Origin(OTHER)])
    with running(store) as client:
        yield client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_that_name_the_source_link_to_its_addresses(located, sha16, language):
    for path in (f"source/{sha16}", f"doc/source/{sha16}", f"doc/{PROJECT}"):
        page = located.get(f"/{path}?lang={language}").text
        assert page.count(f'href="{SHOWN}">{SHOWN}</a>') == page.count(f'href="{OTHER}"') == 1, path
        assert "<某市" not in page
        assert ("&lt;某市财政局&gt;" in page) == ("source" in path)
        assert "#origin" not in page
        assert ('<span id="o' in page) == ("source" in path)


def test_a_source_without_an_address_says_that_none_is_known(client):
    listed = client.get("/doc/source?text=minhang&format=csv&lang=zh").text
    [source] = re.findall(r"/id/source/([0-9a-f]{16})", listed)
    for path in (f"source/{source}", f"doc/source/{source}"):
        page = client.get(f"/{path}?lang=en", headers=HTML).text
        assert "it is not known where the file was published" in page, path


def test_tables_carry_them(located, sha16):
    both = f"{OTHER}\n{ADDRESS}\nhttps://www.example.gov.cn/songjiang.txt"
    for name, given in (
        ("projects-citing", {"number": "松委发（2009）97号"}),
        ("project", {"project": f"/id/{PROJECT}"}),
    ):
        rows = located.get(f"/views/{name}", params={**given, "format": "json"}).json()["rows"]
        assert {row["sourceAddress"] for row in rows if row["source"].endswith(sha16)} == {both}
        assert {row["sourceAddress"] for row in rows if not row["source"].endswith(sha16)} <= {None}


def test_the_graph_of_origins_leads_to_the_source_that_states_them(located, sha16):
    quads = parse(located.get(f"/doc/source/{sha16}.nt").content, format=RdfFormat.N_TRIPLES)
    said = {quad.predicate.value for quad in quads}
    assert {terms.origin, terms.DCTERMS_source, terms.retrieved, terms.DCTERMS_publisher} <= said
