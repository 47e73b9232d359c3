"""Findings over HTTP: counted, listed, explained, quoted, and what stewards did about it."""

import csv
import io
import re
from dataclasses import replace
from html import unescape

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib import RDF, SH, Graph, URIRef

from jixiao.ingest.load import ingest
from jixiao.ingest.originals import files
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.server.apps.quality import counting, listing, pages
from jixiao.server.apps.quality.listing import REFUSALS
from jixiao.server.editions.renditions import Line, around, marked
from jixiao.server.pages import rules
from jixiao.shapes import catalogue
from jixiao.store import Refusal, Store
from jixiao.store.tables.table import tables
from tests.server.conftest import BASE, CASES, HTML, SONGJIANG as NAME, filed
from tests.support.pages import absent, replied
from tests.support.reader import sent_once
from tests.support.writing import committing, stored

PROJECT = f"{BASE}id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
MEETING = f"{BASE}id/project/bdd7i7amlc5hg/2022/drt3w5eppcz32"
BODY = f"{BASE}id/org/bdd7i7amlc5hg"
SHAPES = "https://w3id.org/jixiao/shapes#"
REFUSED = "f" * 64
ATTACK = "<script>alert(1)</script>"


def reported(deposit, *results):
    """The deposit with results: a fault's name, severity, focus node, Chinese sentence, lines; a group a fault."""
    iris = Iris(BASE)
    triples = []
    for number, (fault, severity, node, zh, lines) in enumerate(results, start=1):
        result = NamedNode(f"{iris.report_graph(deposit.sha256)}#r{number}")
        said = [
            (terms.RDF_type, NamedNode(terms.SH_ValidationResult)),
            (terms.SH_focusNode, NamedNode(node)),
            (terms.SH_sourceShape, NamedNode(f"{SHAPES}{fault}")),
            (terms.SH_resultSeverity, NamedNode(f"{terms.SH}{severity}")),
            (terms.SH_resultMessage, Literal(zh, language="zh")),
            (terms.SH_resultMessage, Literal(f"In English: {number}.", language="en")),
            (terms.findingGroup, Literal(f"g-{fault}")),
            (terms.PROV_wasDerivedFrom, NamedNode(iris.source(deposit.sha256))),
            *((terms.sourceLine, Literal(line)) for line in lines),
        ]
        triples += [Triple(result, NamedNode(name), value) for name, value in said]
    return replace(deposit, report_triples=serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def findings(deposit):
    """The deposit with six findings, one of them hostile, one of an unknown rule, two that state one fact."""
    return reported(
        deposit,
        ("AmountNotANumber", "Warning", PROJECT, "年度申请 400,000 元与“政协会议”所写不符。", (13,)),
        ("CountNotANumber", "Info", f"{PROJECT}#i1", f"目标值 {ATTACK} 不是数。", (10, 12)),
        ("CountNotANumber", "Info", f"{PROJECT}#i2", "目标值不是数。", (11,)),
        ("LongForgotten", "Warning", MEETING, "旧规则的一句话。", (9,)),
        ("IndicatorsOfAnother", "Info", PROJECT, "一字不差，如“政协会议”。", (7,)),
        ("IndicatorsOfAnother", "Info", MEETING, "一字不差，如“业务培训”。", (8,)),
    )


def decided(number):
    """Members that an acceptance and a correction share."""
    return {
        terms.DCTERMS_description: Literal(f"理由{number}<b>", language="zh"),
        terms.DCTERMS_date: Literal("2026-11-20", datatype=NamedNode(terms.XSD_date)),
    }


@pytest.fixture(scope="module")
def client(tmp_path_factory, songjiang, serve):
    """A client of a server over a store with findings, an accepted one, a correction and a refused document."""
    store = Store.create(tmp_path_factory.mktemp("quality") / "store", BASE)
    with committing(store) as batch:
        batch.add(findings(songjiang))
        batch.refuse(Refusal(REFUSED, f"断裂{ATTACK}.txt", (f"第 3 行 表格中断 {ATTACK}",), "# why"))
        batch.refuse(Refusal("e" * 64, "重合.txt", ("部分重合",), "", (NAME, "闵行区财政局")))
    money = {terms.concerns: NamedNode(PROJECT), terms.correctedProperty: NamedNode(terms.annualRequest)}
    amounts = {
        terms.printedValue: Literal("400000", datatype=NamedNode(terms.XSD_decimal)),
        terms.correctedValue: Literal("410000", datatype=NamedNode(terms.XSD_decimal)),
    }
    accepted = {
        terms.concerns: NamedNode(f"{PROJECT}#i2"),
        terms.acceptedFault: NamedNode(f"{SHAPES}CountNotANumber"),
    }
    with committing(store) as batch:
        batch.decide(terms.Correction, money | amounts | decided(1), "更正")
        batch.decide(terms.Acceptance, accepted | decided(2), "认可")
    with serve(store) as client:
        yield client


def test_findings_are_counted(client):
    said = client.get("/quality").json()
    totals = ("findings", "open", "accepted", "open_groups", "accepted_groups")
    assert [said[name] for name in totals] == [6, 5, 1, 4, 1]
    assert {each["name"]: (each["open"], each["accepted"], each["groups"]) for each in said["by_fault"]} == {
        "AmountNotANumber": ({"Warning": 1}, 0, {"open": {"Warning": 1}, "accepted": 0}),
        "LongForgotten": ({"Warning": 1}, 0, {"open": {"Warning": 1}, "accepted": 0}),
        "IndicatorsOfAnother": ({"Info": 2}, 0, {"open": {"Info": 1}, "accepted": 0}),
        "CountNotANumber": ({"Info": 1}, 1, {"open": {"Info": 1}, "accepted": 1}),
    }
    of_body, *others = said["by_department"]
    assert (
        of_body.items()
        >= {
            "department": BODY,
            "open": {"Warning": 2, "Info": 3},
            "refused": 1,
            "groups": {"open": {"Warning": 2, "Info": 2}, "accepted": 1},
            "filings": 1,
            "partial_filings": 1,
            "partial_projects": 1,
        }.items()
    )
    assert [(each["name"], each["filings"], each["refused"]) for each in others] == [
        ("闵行区财政局", 0, 1),
        (None, 0, 1),
    ]
    assert [each["year"] for each in said["by_year"]] == [2022]
    assert {each["sha256"] for each in said["refused"]} == {REFUSED, "e" * 64}


def test_rules_are_one_list_with_those_that_find_most_first():
    found = {"CountNotANumber": (1, "Info"), "AmountNotANumber": (1, "Warning"), "CellLeftBlank": (3, "Warning")}
    counted = [
        {"fault": SHAPES + name, "severity": severity, "status": "open", "groups": number}
        for name, (number, severity) in found.items()
    ]
    names = [fault.name for fault, _ in pages.ranked([*counted, {**counted[0], "status": "accepted", "groups": 9}])]
    assert names == ["CellLeftBlank", "AmountNotANumber", "CountNotANumber"], "equals in the order of mending"


def test_kinds_stand_beside_rules_and_what_was_not_read_stands_apart(client):
    page = client.get("/quality?lang=zh", headers=HTML).text
    wrong, _, doubtful = page.partition('id="wrong"')[2].partition('id="doubtful"')
    links = re.findall(r'/quality/(\w+)\?lang=zh">.*?<td data-label="">(.*?)</td>', wrong.partition("</section>")[0])
    assert dict(links) == {
        "AmountNotANumber": "金额",
        "LongForgotten": "文字",
        "IndicatorsOfAnother": "文字",
        "CountNotANumber": "文字",
    }
    assert not doubtful


def test_every_filing_is_named_by_body_and_year_and_leads_to_its_report(client, sha16):
    page = client.get("/quality", headers=HTML).text
    assert f'<a href="/quality/filing/{sha16}?lang=zh">{NAME}2022年度绩效目标申报</a>' in page
    for path in (f"/quality/filing/{sha16}", f"/source/{sha16}"):
        filed = client.get(path, headers=HTML).text.partition('<p class="subtitle">')[2].partition("</p>")[0]
        assert f"{NAME}2022年度绩效目标申报</a>" in filed


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", [13, 10, 11, 9, 7, 8]),
        ("severity=警告", [13, 9]),
        ("severity=Info&status=open", [10, 7, 8]),
        ("status=已认可", [11]),
        ("department=中国人民政治协商会议上海市松江区委员会办公室&year=2022", [13, 10, 11, 9, 7, 8]),
        ("department=闵行区财政局", []),
        ("year=2021", []),
        ("limit=1&offset=2", [11]),
    ],
)
def test_findings_are_listed_as_they_are_asked_for(query, lines, client):
    assert [row["line"] for row in client.get(f"/quality/findings?{query}").json()["rows"]] == lines
    assert client.get(f"/quality/findings?{query}", headers=HTML).status_code == 200


def test_a_row_says_all_that_a_steward_needs(client, sha16):
    row = client.get("/quality/CountNotANumber").json()["rows"][0]
    assert row["faultName"] != row["fault"]
    assert row["part"] == "培训通过率"
    assert (row["project"], row["year"], row["file"], row["lines"]) == ("业务培训", 2022, "songjiang.txt", "10、12")
    assert row["remedy"]
    assert row["source"].endswith(sha16)


RETIRED = next(each for each in catalogue.retired().values() if not each.replaced_by)


SAID = [
    ("quality/AmountNotANumber", ("jxs:AmountNotANumber a sh:", "处理办法", "#r1"), "jxs:CountNotANumber"),
    ("quality/TotalDiffersFromFunds", ("SHACL",), "{?"),
    ("quality/ProjectWithoutName?lang=en", ("Nothing was found in the filings of the dataset; <a",), ATTACK),
    ("quality/LongForgotten", ("旧规则的一句话",), ATTACK),
    (f"quality/{RETIRED.name}", (RETIRED.why.zh,), ATTACK),
    ("shapes", (f'id="{RETIRED.name}"',), ATTACK),
    ("quality/log", ("年度资金申请总额", "业务培训", "理由1&lt;b&gt;"), "理由1<b>"),
    ("source/{0}", ('class="at-fault warning" href="/quality/filing/{0}?lang=zh#r1"',), ATTACK),
]
"""Pages, what they say, and what they do not say above the text of a rule."""


@pytest.mark.parametrize(("path", "said", "unsaid"), SAID)
def test_a_page_shows_rules_lines_and_decisions(client, sha16, path, said, unsaid):
    page = client.get(f"/{path.format(sha16)}", headers=HTML).text
    assert absent(page, *(each.format(sha16) for each in said)) == []
    assert unsaid not in page.partition("SHACL")[0]


def test_the_query_of_a_rule_gives_its_findings(client):
    answer = client.get("/quality/CountNotANumber").json()
    found = client.get("/sparql", params={"query": answer["sparql"]}, headers={"Accept": "application/json"}).json()
    listed = {binding["finding"]["value"] for binding in found["results"]["bindings"]}
    assert (listed, len(listed)) == ({row["finding"] for row in answer["rows"]}, 2)


def test_each_number_is_that_of_the_findings_behind_it(client):
    page = client.get("/quality?lang=zh", headers=HTML).text
    links = re.findall(r'href="(/quality/[A-Za-z]+\?[^"]*status=open[^"]*)">(\d+)</a></td>', page)
    assert len(links) > 5
    assert "项（相近的合为一项）</th>" in page
    for address, number in links:
        shown = client.get(unescape(address), headers=HTML).text.partition('<p class="found">')[2]
        assert re.match(r"待办 (\d+)", shown)[1] == number, address


def test_a_filings_report_quotes_its_lines(client, sha16):
    page = client.get(f"/quality/filing/{sha16}", headers=HTML).text
    first = page.partition('id="r1"')[2].partition('id="r2"')[0]
    assert (
        absent(first, f'href="/source/{sha16}?lang=zh#L13"', "<mark>400000.00</mark>", "联系人\t■■■", "处理办法") == []
    )
    assert 'id="bdd7i7amlc5hg-2022-jaffbl3rohoc7"' in page
    assert "已认可" in page.partition('id="r3"')[2].partition("</h3>")[0]


def test_a_filings_report_states_a_fact_once_and_names_its_warnings_first(client, sha16):
    page = client.get(f"/quality/filing/{sha16}", headers=HTML).text
    briefs = page.partition('<ol class="briefs">')[2].partition("</ol>")[0]
    assert absent(briefs, 'href="#r1"', 'href="#r4"') == []
    assert "r2" not in briefs
    assert page.index('id="r1"') < page.index('id="r4"') < page.index('id="infos"') < page.index('id="r5"')
    folded = page.partition('id="r5"')[2].partition("</li>\n</ol>\n</details>")[0]
    assert absent(folded, '<span id="r6"></span>', "2 处", "g-IndicatorsOfAnother") == []
    assert folded.index("如“政协会议”") < folded.index("如“业务培训”")
    assert 'href="#r5"' in page.partition('id="bdd7i7amlc5hg-2022-jaffbl3rohoc7"')[2].partition("</tr>")[0]
    assert 'href="#r5"' in page.partition(f'id="{"-".join(MEETING.split("/")[-3:])}"')[2].partition("</tr>")[0]


def test_all_pages_count_the_same_findings(tmp_path, songjiang, serve):
    store = stored(
        Store.create(tmp_path / "store", BASE),
        reported(
            songjiang,
            ("OverallGoalBlank", "Warning", PROJECT, "总目标空白。", (7,)),
            ("GoalPeriodBlank", "Warning", PROJECT, "目标期空白。", (7,)),
            ("FormBreaksOff", "Violation", PROJECT, "末尾未见。", (13,)),
        ),
    )
    counted = r"警告 1\W*另有由此引起的 1\W*没有读准 1\W"
    with serve(store) as client:

        def words(path):
            page = client.get(path, headers=HTML, follow_redirects=True).text
            return " ".join(re.sub("<[^>]*>", " ", page).split())

        assert re.search(counted, words(f"/quality/filing/{songjiang.sha16}"))
        assert re.search(counted, words(PROJECT.removeprefix(BASE.rstrip("/"))))
        assert re.search(r"文件本身的问题 2 什么没有读准 1 已认可 0", words("/quality"))
        of_body = words(f"/doc/org/{BODY.rpartition('/')[2]}")
        assert re.search(r"警告 2\W", of_body)
        listed = client.get("/quality/findings", params={"department": BODY}).json()["rows"]
        assert "没有读准" not in of_body + words(f"/quality/findings?department={BODY}").partition("发现 申报单位")[0]
        assert [row["severity"] for row in listed] == ["Warning"] * 2
        asked = {"department": BODY, "severity": "违例"}
        assert [row["line"] for row in client.get("/quality/findings", params=asked).json()["rows"]] == [13]
        assert client.get("/quality").json()["by_department"][0]["open"] == {"Warning": 2, "Violation": 1}


@pytest.fixture(scope="module")
def of_several():
    """The deposit of a file with projects of several bodies."""
    return filed((CASES / "columns-of-projects-with-columns-below" / "filing.txt").read_bytes(), "several.txt")


def test_a_page_ranks_bodies_by_the_facts_that_it_shows(tmp_path, serve, of_several):
    projects = sorted(set(re.findall(rf"<({BASE}id/project/[^>#]+)>", of_several.source_triples.decode())))
    often, twice = projects[0], next(each for each in projects if each.split("/")[5] != projects[0].split("/")[5])
    faults = [("OverallGoalBlank", often)] * 3 + [("GoalPeriodBlank", twice), ("IndicatorsOfAnother", twice)]
    results = [(fault, "Warning", node, f"其 {n}。", (n,)) for n, (fault, node) in enumerate(faults, 1)]
    store = stored(Store.create(tmp_path / "store", BASE), reported(of_several, *results))
    with serve(store) as client:
        counted = [each["open"] for each in client.get("/quality").json()["by_department"][:2]]
        assert counted == [{"Warning": 3}, {"Warning": 2}]
        rules, _, shown = client.get("/quality", headers=HTML).text.partition("按申报单位</h2>")
        found = [re.findall(r"status=open\">(\d+)<", table) for table in rules.split("</table>")]
        assert all(numbers == sorted(numbers, key=int, reverse=True) for numbers in found)
        shown = shown.partition("<tbody>")[2]
        assert re.findall(r"severity=Warning[^>]*>(\d)<", shown)[:2] == ["2", "1"]


def test_a_body_has_its_own_findings_of_a_file_of_several_bodies(tmp_path, serve, of_several):
    with serve(stored(Store.create(tmp_path / "store", BASE), of_several)) as client:
        bodies = client.get("/quality").json()["by_department"]
        assert len(bodies) == 3
        for body in bodies:
            page = client.get(body["department"].replace(f"{BASE}id", "/doc"), headers=HTML).text
            assert (body["open"], "待办的发现（处）" in page) == ({"Info": 1}, False), (
                "a note on reading is not the body's"
            )
        assert "不止一个" in client.get("/doc/source", headers=HTML, follow_redirects=True).text


def test_the_table_of_findings_knows_each_rule_on_what_could_not_be_read():
    notes = {fault.name for fault in catalogue.faults() if fault.is_note and fault.level != "Violation"}
    assert {*re.findall(r"jxs:(\w+)", tables()["findings"].sparql)} == notes


def test_a_page_lists_a_fact_once_and_its_downloads_each_finding(client):
    page = client.get("/quality/IndicatorsOfAnother", headers=HTML).text.partition("<h2>发现</h2>")[2]
    assert (absent(page, '待办 1<span class="of"> (涉及 2 处)</span>'), page.count("一字不差，如")) == ([], 1)
    assert 'data-label="处">2</td>' in page
    assert [row["group"] for row in client.get("/quality/IndicatorsOfAnother").json()["rows"]] == [
        "g-IndicatorsOfAnother"
    ] * 2
    assert 'rel="next"' in client.get("/quality/findings?limit=4", headers=HTML).text
    assert 'rel="next"' not in client.get("/quality/findings?limit=5", headers=HTML).text


@pytest.mark.judge
def test_a_retired_rule_says_what_took_its_place(client):
    retired = next(each for each in catalogue.retired().values() if each.replaced_by)
    assert retired.replaced_by
    later = retired.replaced_by.rpartition("#")[2]
    page = client.get(f"/quality/{retired.name}", headers=HTML).text
    assert absent(page, f'href="/quality/{later}?lang=zh"', retired.why.zh) == []
    assert f'href="/shapes?lang=zh#{later}"' in client.get(f"/shapes?only={retired.name}", headers=HTML).text
    graph = Graph().parse(data=client.get("/shapes.ttl").text, format="turtle")
    assert (URIRef(retired.iri), URIRef(terms.DCTERMS_isReplacedBy), URIRef(retired.replaced_by)) in graph
    assert later in client.get("/views/findings", params={"fault": retired.name, "format": "json"}).json()["sparql"]


def test_a_filings_report_is_a_graph_and_a_table(client, sha16):
    graph = Graph().parse(data=client.get(f"/quality/filing/{sha16}.ttl").content, format="turtle")
    assert len(set(graph.subjects(RDF.type, SH.ValidationResult))) == 6
    rows = client.get(f"/quality/filing/{sha16}.json").json()["rows"]
    assert [row["line"] for row in rows] == [13, 10, 11, 9, 7, 8]
    assert len(list(csv.DictReader(io.StringIO(client.get(f"/quality/filing/{sha16}.csv").text)))) == 6
    assert client.get("/quality/log?format=csv").text.count("\n") == 3


def test_a_document_that_was_kept_out_says_why(client):
    assert "表格中断" in client.get(f"/quality/filing/{REFUSED[:16]}", headers=HTML).text
    assert client.get(f"/quality/filing/{REFUSED[:16]}.ttl").text == "# why"
    assert client.get(f"/quality/filing/{REFUSED[:16]}").json()["reasons"]
    for form in ("csv", "nt", "rdf"):
        replied(406, client.get(f"/quality/filing/{REFUSED[:16]}.{form}"), "text/turtle")


def test_bodies_are_counted_by_what_was_taken_in(client):
    part = client.get("/quality", headers=HTML).text.partition("按申报单位</h2>")[2]
    assert re.match(r' <span class="note">1</span>', part)
    assert (
        "收录了申报的申报单位 1 个。表中另有没有收录申报的单位 1 个。没有读到单位的合成一行，在最后。"
        in part.partition("<thead>")[0]
    )
    assert part.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>") == 3


def test_a_project_bears_its_badge_and_its_corrections(client, sha16):
    page = client.get("/views/project", params={"project": PROJECT}, headers=HTML).text
    badge, _, own = page.partition('<details class="badge">')[2].partition("</details>")[0].partition("</summary>")
    assert absent(badge, "警告 1", "提示 2") == []
    lines = own.split("</li>")[:-1]
    assert len(lines) == 3
    assert all(f'href="/quality/filing/{sha16}?lang=zh#r' in line for line in lines)
    request = page.partition("<dt>年度资金申请总额</dt>")[2].partition("</div>")[0]
    assert absent(request, "410,000", "<del>400,000</del>", "理由1&lt;b&gt;", "2026-11-20") == []


def test_nothing_found_becomes_markup_and_no_iri_is_shown(client, sha16):
    for path in (
        "/quality",
        "/quality/findings",
        "/quality/CountNotANumber",
        f"/quality/filing/{sha16}",
        f"/quality/filing/{REFUSED[:16]}",
        "/quality/log",
        f"/source/{sha16}",
        f"/quality/{ATTACK}",
        f"/quality/findings?department={ATTACK}",
    ):
        page = client.get(path, headers=HTML).text
        assert "<script>" not in page, path
        seen = re.sub(r'<pre>.*?</pre>|<p class="on-paper">.*?</p>', "", page, flags=re.DOTALL)
        assert not re.search(r">[^<]*(https?://|\b(?:jx|sh|jxs):)", seen), path


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("单价 800元，共38,000元", [("47", "800", "38,000")], ["800", "38,000"]),
        ("共 38000.00 元", [("38,000",)], ["38000.00"]),
        ("资金 610万元，另有 610,5", [("6,100,000",)], ["610"]),
        ("指标 》=90%", [("》=90%",)], ["》=90%"]),
        ("别的话", [("47",)], ["别的话"]),
        ("a.c abc", [("a.c",)], ["a.c"]),
        ("培训效果 好", [("80",), ("好",), ("培训效果",)], ["好"]),
    ],
)
def test_words_are_marked_where_they_stand(text, words, shown):
    pieces = marked(text, words)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_marked in pieces if is_marked] == shown


def test_lines_around_are_the_nearest_with_text():
    lines = tuple(Line(n, "" if n in (2, 4) else f"行{n}", None, "fact", ()) for n in range(1, 8))
    assert [line.n for line in around(lines, (3, 7), 1)] == [1, 3, 5, 6, 7]
    assert [line.n for line in around(lines, (99,), 1)] == [7]


@pytest.mark.parametrize("path", ["", "/findings", "/AmountNotANumber", "/log"])
def test_an_address_without_a_language_redirects_before_anything_is_read(path, client, monkeypatch):
    def unasked(*_, **_more):
        pytest.fail("read in vain")

    for owner, name in ((listing, "answer"), (counting, "rows"), (Store, "refusals"), (Store, "log")):
        monkeypatch.setattr(owner, name, unasked)
    assert sent_once(client, "GET", f"/quality{path}", headers=HTML).headers["location"] == f"/quality{path}?lang=zh"


def test_refused_documents_of_one_name_are_told_apart_by_their_folders(tmp_path, serve):
    for folder, text in (("甲", "一"), ("乙/丙", "二"), ("丁", "一样")):
        (tmp_path / "data" / folder).mkdir(parents=True)
        (tmp_path / "data" / folder / "README.md").write_text(text, encoding="utf-8")
    (tmp_path / "data" / "丁" / "别的.txt").write_text("三", encoding="utf-8")
    store = Store.create(tmp_path / "store", BASE)
    ingest(files([tmp_path / "data"]), store)
    with store.writing() as batch:
        for number in (1, 2):
            batch.refuse(Refusal(f"{number}" * 64, "旧.txt", ("表格中断",), ""))
    with serve(store) as client:
        for path in ("/quality", "/quality/refused"):
            page = client.get(f"{path}?lang=zh", headers=HTML).text
            assert str(tmp_path) not in page
            shown = re.findall(r'href="(/quality/filing/[^"?]+)\?lang=zh">([^<]+)</a></td>', page)
            names = [name for _, name in shown]
            assert sorted(names) == sorted(
                [
                    "甲/README.md",
                    "乙/丙/README.md",
                    "丁/README.md",
                    "别的.txt",
                    "旧.txt (11111111)",
                    "旧.txt (22222222)",
                ]
            )
        [own] = [address for address, name in shown if name == "甲/README.md"]
        assert "甲/README.md" in client.get(f"{own}?lang=zh", headers=HTML).text


def test_all_refused_documents_have_a_page(tmp_path, songjiang, serve):
    names = [f"{number:03}.txt" for number in range(REFUSALS + 5)]
    store = Store.create(tmp_path / "store", BASE)
    with committing(store) as batch:
        batch.add(songjiang)
        for number, name in enumerate(names):
            batch.refuse(Refusal(f"{number:064x}", name, ("表格中断",), ""))
    with serve(store) as client:
        assert (
            absent(
                client.get("/quality?lang=en", headers=HTML).text,
                f'<a href="/quality/refused?lang=en">All {len(names)}</a>',
                f"(no filing was found in {len(names)})",
            )
            == []
        )
        shown = [client.get(f"/quality/refused?page={page}&lang=en", headers=HTML).text for page in (1, 2)]
        assert [name for page in shown for name in re.findall(r">(\d{3}\.txt)</a>", page)] == names
        assert 'rel="next" ' in shown[0] or 'rel="next">' in shown[0]


def test_a_rule_is_shown_in_the_order_of_its_file():
    text = rules.turtle(f"{terms.PREFIXES['jxs']}AmountInAnotherUnit")
    assert re.findall(r"^    ([a-z]+:[A-Za-z]+) ", text, re.MULTILINE) == [
        "rdfs:label",
        "sh:targetClass",
        "sh:severity",
        "jx:involves",
        "jx:assumesWhole",
        "sh:message",
        "rdfs:comment",
        "jx:remedy",
        "dcterms:source",
        "sh:sparql",
    ]
