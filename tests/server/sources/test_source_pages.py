"""Pages of sources: parts, pictures of PDF pages with a line's box, tables with cells, and the uses of lines."""

import hashlib
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from jixiao.ingest.document import read_document
from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import renditions
from jixiao.server.editions.source_lines import LINES_A_PART
from jixiao.server.errors import LimitError
from jixiao.server.pages import findings
from jixiao.server.settings import Settings
from jixiao.server.sources import sheets
from jixiao.shapes import catalogue
from jixiao.shapes.findings.finding import Finding
from jixiao.store import Store
from tests.server.conftest import BASE, HTML, WHOLE_FILING as FILING, filed
from tests.support import browsers, scanned_forms
from tests.support.pages import absent, markup as page, replied
from tests.support.pdfs import at, carrying, document, table
from tests.support.writers import typed_into
from tests.support.writing import stored

AHEAD = "".join(f"某市预算说明第{number}行\n" for number in range(1, LINES_A_PART + 101))
FORM = """<table>
<tr><td>项目名称</td><td colspan="3">档案整理</td></tr>
<tr><td>主管部门</td><td>临江市档案局</td><td>实施单位</td><td>临江市档案馆</td></tr>
<tr><td>年度资金申请总额（元）</td><td>120000</td><td>其中：财政资金（元）</td><td></td></tr>
</table>"""
NARRATIVE = (
    "一、项目概述",
    "组织两期技能培训。",
    "三、实施主体",
    "临江市商务局",
    "六、年度预算安排",
    "2025年度项目总预算12.00万元。",
)


def pdf():
    """A cover, whose list stands outside the narrative, a narrative with its table, and a page on which it goes on."""
    cover = at(200, 60, "临江市2025年部门预算", 16) + at(60, 100, "预算主管部门：临江市商务局")
    cover += "".join(at(60, 200 + 30 * n, f"{n}.目录之{'一二三四五六'[n]}") for n in range(6))
    told = at(200, 60, "技能培训专项经费情况说明", 16)
    told += "".join(at(60, 100 + 30 * n, words) for n, words in enumerate(NARRATIVE))
    costs = table([50, 200, 400], [400, 420, 440])
    costs += at(55, 405, "明细") + at(205, 405, "金额") + at(55, 425, "讲课费") + at(205, 425, "12万元")
    return document(cover, told + costs + at(60, 480, "七、实施方案"), at(60, 100, "春季办初级班，秋季办高级班。"))


@pytest.fixture(scope="module")
def deposits_here():
    return {
        "pdf": filed(pdf(), "narrative.pdf"),
        "portfolio": filed(carrying(("form.html", f"<html>{FORM}</html>".encode())), "portfolio.pdf"),
        "html": filed(f"<html><body><p>2022年度</p>{FORM}</body></html>".encode(), "form.html"),
        "scan": scanned_forms.scanned(scanned_forms.form(), "scan.png", BASE, angle=2.0),
        "text": filed((AHEAD + FILING).encode(), "long.txt"),
    }


@pytest.fixture(scope="module")
def filled_here(deposits_here, tmp_path_factory):
    return stored(Store.create(tmp_path_factory.mktemp("sources") / "store", BASE), *deposits_here.values())


@pytest.fixture(scope="module")
def generous(filled_here, serve):
    """A server that gives out originals."""
    with serve(filled_here, serve_originals=True) as client:
        yield client


@pytest.fixture(scope="module")
def sparing(filled_here, serve):
    """A server that gives out none."""
    with serve(filled_here) as client:
        yield client


@pytest.fixture(scope="module")
def paths(deposits_here):
    return {name: f"/source/{each.sha16}" for name, each in deposits_here.items()}


LAST, FIRST = f'<tr id="L{LINES_A_PART}"', f'<tr id="L{LINES_A_PART + 1}"'
WITHOUT_FORM = "没有哪一行是当作申报表读的。文字说明里有文字的行，全部读懂的占 "
SAID = {
    "a line of a PDF stands beside the picture with its box": (
        ("generous", "pdf", "?page=2"),
        (
            '/page/2.png" width="600" height="800"',
            "2025年度项目总预算12.00万元",
            'viewBox="0.0 0.0 600.0 800.0"',
            '<rect x="60.0" y="250.0" width="190.0" height="10.0"/>',
        ),
        ("目录之一",),
    ),
    "a portfolio has no pictures of the pages within": (("generous", "portfolio", ""), ("档案整理",), ("<img",)),
    "where pictures would stand it says why there are none": (
        ("sparing", "pdf", "?page=2"),
        ("开放与否由站点的管理者决定", "2025年度项目总预算12.00万元"),
        (".png",),
    ),
    "but not of files without pages": (("sparing", "text", ""), (), ("serve_originals", WITHOUT_FORM)),
    "a file without a form does not tell of lines within forms": (
        ("generous", "pdf", ""),
        (WITHOUT_FORM,),
        ("表内有文字的行", "serve_originals"),
    ),
    "others do": (("generous", "html", ""), (), (WITHOUT_FORM,)),
    "so does a scan": (("generous", "scan", ""), (), (WITHOUT_FORM,)),
    "a long source comes in parts": (
        ("generous", "text", ""),
        (LAST, 'rel="next" href="{}?page=2&amp;lang=zh"'),
        (FIRST,),
    ),
    "that lead to each other": (("generous", "text", "?page=2"), (FIRST, 'rel="prev" href="{}?lang=zh"'), (LAST,)),
}


@pytest.mark.parametrize(("of", "said", "unsaid"), SAID.values(), ids=SAID)
def test_a_page_of_a_source_says_what_it_shows(
    request,
    paths,
    of,
    said,
    unsaid,
):
    server, name, query = of
    shown = page(request.getfixturevalue(server), f"{paths[name]}{query}")
    assert absent(shown, *(each.format(paths[name]) for each in said)) == []
    assert absent(shown, *unsaid) == [*unsaid]


def test_a_project_quotes_its_line_and_shows_the_page_of_it(generous, sparing, paths):
    rows = generous.get("/views/projects", params={"format": "json"}).json()["rows"]
    [project] = [row["project"] for row in rows if row["source"].endswith(paths["pdf"].rpartition("/")[2])]
    address = project.removeprefix(BASE).replace("id/", "/doc/", 1)
    quote = page(generous, address).partition('<section class="quote with-page"')[2].partition("</section>")[0]
    assert (
        absent(
            quote,
            "<mark>2025年度项目总预算12.00万元。</mark>",
            f'src="{paths["pdf"]}/page/2.png" width="600" height="800"',
            '<rect x="60.0" y="250.0" width="190.0" height="10.0"/>',
        )
        == []
    )
    assert f'href="{paths["pdf"]}/file"' in page(generous, address)
    shown = page(sparing, address)
    assert "<mark>2025年度项目总预算12.00万元。</mark>" in shown
    assert "<img" not in shown
    assert "/file" not in shown


def test_the_picture_is_painted_once_and_kept_by_clients(generous, paths):
    first = generous.get(f"{paths['pdf']}/page/2.png")
    assert (first.status_code, first.headers["content-type"], first.content[:4]) == (200, "image/png", b"\x89PNG")
    replied(304, generous.get(f"{paths['pdf']}/page/2.png", headers={"If-None-Match": first.headers["etag"]}))


def test_a_scan_is_shown_upright_with_the_box_of_a_line(generous, paths):
    shown = page(generous, paths["scan"])
    assert f'<img src="{paths["scan"]}/page/1.png" width="600" height="800"' in shown
    cell = shown.partition("约十二万")[2].partition("</td>")[0]
    assert '<rect x="424.0" y="220.0" width="40.0" height="10.0"/>' in cell
    assert re.search(r"(certainty|把握) 1\.00", cell), "of the facts read from it"
    answer = replied(200, generous.get(f"{paths['scan']}/page/1.png"))
    level = Image.open(io.BytesIO(answer.content)).convert("L").resize((600, 800))
    for x in (60, 540):
        assert min(level.getpixel((x, y)) for y in range(208, 213)) < 128, "the rule above the cell"


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        *(("pdf", "/page/4.png", 404), ("pdf", "/page/0.png", 404), ("html", "/page/1.png", 404)),
        *(("scan", "/page/2.png", 404), ("scan", "/page/0.png", 404), ("text", "?page=9", 404)),
        *(("text", "?page=x", 400), ("text", "?line=0", 400)),
    ],
)
def test_pages_that_are_not_there(generous, paths, name, asked, status):
    assert generous.get(f"{paths[name]}{asked}", headers=HTML).status_code == status


def test_nothing_of_the_original_is_given_unless_the_publisher_gives_it_out(deposits_here, paths, generous, sparing):
    given = generous.get(f"{paths['text']}/file")
    assert given.content == deposits_here["text"].content
    assert "attachment" in given.headers["content-disposition"]
    for original in (f"{paths['pdf']}/page/2.png", f"{paths['scan']}/page/1.png", f"{paths['text']}/file"):
        refused = sparing.get(original)
        assert (refused.status_code, "发布者" in refused.json()["detail_zh"]) == (403, True)


def test_lines_lead_to_their_part_by_number(generous, paths, deposits_here):
    of_pdf = next(line for line in deposits_here["pdf"].rendition["lines"] if "12.00万元" in line["text"])["n"]
    for name, line, part in (("pdf", of_pdf, 2), ("text", LINES_A_PART + 1, 2), ("html", 3, 1)):
        to = generous.get(f"{paths[name]}?line={line}", headers=HTML, follow_redirects=False)
        query = f"?page={part}" if part > 1 else ""
        assert (to.status_code, to.headers["location"]) == (303, f"{paths[name]}{query}#L{line}")
        assert f'id="L{line}"' in page(generous, to.headers["location"])
        assert f'id="L{line}"' in page(generous, paths[name]), "an address without a part has every anchor"


def test_views_tell_the_page_beside_the_line(generous, paths):
    rows = generous.get("/views/projects", params={"format": "json"}).json()["rows"]
    pages = {row["source"].rpartition("/")[2]: (row["line"], row["page"]) for row in rows}
    line, number = pages[paths["pdf"].rpartition("/")[2]]
    assert number == 2
    assert pages[paths["html"].rpartition("/")[2]][1] is None
    shown = page(generous, "/views/projects?lang=zh")
    assert f'<a href="{paths["pdf"]}?page=2&amp;lang=zh#L{line}">第 2 页 · 第 {line} 行</a>' in shown


def test_a_hit_of_the_search_tells_its_page(generous):
    for text, number in (("两期技能培训", 2), ("秋季办高级班", 3)):  # the second one's heading is on page 2
        groups = generous.get("/search", params={"q": text, "format": "json"}).json()["groups"]
        [hit] = [hit for group in groups for hit in group["hits"] if group["kind"] == "section"]
        assert text in hit["snippet"]
        assert hit["page"] == number


def test_cells_stand_in_the_rows_and_columns_of_their_table(generous, paths):
    rows = re.findall(r"<tr><td.*?</tr>", page(generous, paths["html"]), re.DOTALL)
    assert [len(re.findall("<td", row)) for row in rows] == [2, 4, 4]
    assert '<td colspan="3"><div id="L3" class="fact">' in rows[0]
    assert "120000" in rows[2].split("<td")[2]


def test_lines_outside_of_forms_are_told_from_those_not_understood(generous, paths):
    legend = page(generous, paths["text"]).partition('<ul class="legend">')[2].partition("</ul>")[0]
    counts = {use: int(count) for use, count in re.findall(r'<li class="(\w+)">.*?<b>([\d,]+)</b>', legend)}
    assert counts["outside"] >= LINES_A_PART
    assert counts.get("unread", 0) < 20
    assert counts["fact"] > 0


def test_a_cell_beside_its_head_was_read_as_part_of_a_form():
    """The name in a form that breaks off behind it, beside narratives."""
    said = [
        sheets.has_form(
            renditions.of(
                {"lines": [{"n": 1, "text": "项目名称 | 档案整理"}]},
                {
                    "lines": [
                        {"n": 1, "use": "fact", "facts": [{"property": terms.RDFS_label, "node": node, "columns": at}]}
                    ]
                },
            )
        )
        for node, at in ((BASE, [0]), (BASE, [1]), (f"{BASE}#k1", [1]))
    ]
    assert said == [False, True, False]


def test_a_line_with_facts_is_not_counted_as_not_understood():
    entries = [{"n": n, "text": "一 | 二"} for n in (1, 2, 3, 4)]
    read = [{"n": 1, "use": "unread", "facts": [{}], "form": 1}, {"n": 2, "use": "unread", "facts": [], "form": 1}]
    read += [{"n": 3, "use": "unread", "facts": [{}]}]  # such as a title of which the place was read
    lines = renditions.of({"lines": entries}, {"lines": read})
    assert [line.use for line in lines] == ["part", "unread", "outside", "outside"]
    assert sheets.uses(lines) == {"part": 1, "unread": 1, "outside": 2}


def test_a_source_states_the_share_that_its_check_states():
    text = "某某网站 | 2021-07-28\n附件一 临江市图书馆2023年申报 说明\n" + FILING + "注：本表一式两份。\n"
    reading = read_document(text.encode(), "filing.txt", "http://localhost:8000/")
    lines = renditions.of(reading.deposit.rendition, reading.deposit.ledger)
    assert 0.5 < reading.share < 1.0
    assert sheets.share(sheets.uses(lines)) == pytest.approx(reading.share)


def test_a_page_whose_findings_cannot_be_asked_for_does_not_say_that_there_are_none(client, sha16, monkeypatch):
    def limited(*_):
        raise LimitError("忙", "busy")

    monkeypatch.setattr(findings, "of_source", limited)
    answer = replied(503, client.get(f"/source/{sha16}", params={"evidence": "busy"}, headers=HTML))
    assert "没有发现问题" not in answer.text


@pytest.mark.judge
@pytest.mark.debian
@browsers.needs_chromium
def test_the_box_is_drawn_for_the_line_that_the_address_names_in_both_languages(
    filled_here,
    listen,
    paths,
    deposits_here,
):
    line = next(line for line in deposits_here["pdf"].rendition["lines"] if "12.00万元" in line["text"])["n"]
    settings = Settings(store=filled_here.path, serve_originals=True)
    with listen(settings) as online, browsers.chromium() as browser:
        for width in (1280, 390):
            plain = browser.new_page(
                base_url=str(online.base_url), java_script_enabled=False, viewport={"width": width, "height": 800}
            )
            plain.goto(f"{paths['pdf']}?page=2&lang=zh#L{line}")
            expect(plain.locator(".box:visible")).to_have_count(1)
            picture, box = plain.locator("figure img").bounding_box(), plain.locator(".box:visible").bounding_box()
            assert picture
            assert box
            assert all(abs(picture[side] - box[side]) < 2 for side in ("x", "y", "width", "height"))
            assert plain.evaluate("document.documentElement.scrollWidth") <= width
        scripted = browser.new_page(base_url=str(online.base_url), locale="zh-CN")
        scripted.goto(f"{paths['pdf']}#L{line}")
        expect(scripted).to_have_url(re.compile(rf"\?page=2&lang=zh#L{line}$"))
        scripted.locator("a.switch").click()
        expect(scripted).to_have_url(re.compile(rf"\?page=2&lang=en#L{line}$"))


@pytest.mark.parametrize("graph", ["source", "report", "origin"])
def test_names_of_graphs_keep_parameters(graph, client, sha16):
    answer = replied(200, client.get(f"/graph/{graph}/{sha16}", params={"format": "ttl"}, follow_redirects=True))
    assert answer.headers["content-type"].startswith("text/turtle")


def test_facts_alike_about_several_nodes_are_one_link_or_a_list_of_names():
    def fact(node, name="place"):
        return {"node": f"id/project/{node}", "property": name}

    line = renditions.Line(3, "", None, "fact", (*map(fact, ("a#i1", "a#i2", "b", "c")), fact("c", "year")))
    assert [(each.nodes, each.things) for each in sheets.Part.readings(line)] == [
        (
            ("id/project/a#i1", "id/project/a#i2", "id/project/b"),
            {"id/project/a": "id/project/a#i1", "id/project/b": "id/project/b"},
        ),
        (("id/project/c",), {"id/project/c": "id/project/c"}),
    ]


def test_no_two_links_beside_a_line_read_alike(generous, paths):
    cells = re.findall(r'<td class="read"[^>]*>(.*?)</td>', page(generous, f"{paths['text']}?page=2"), re.DOTALL)
    assert any("×" in cell for cell in cells)
    for cell in cells:
        words = re.findall(r"<a [^>]*>(.*?)</a>", cell)
        assert len(words) == len(set(words)), cell


def test_the_badge_of_a_finding_stands_at_its_own_line():
    goal = "id/project/a#g1"
    found = Finding(
        next(iter(catalogue.faults())), goal, "id/project/a", *[None] * 4, Bilingual("句子。", "Words."), (29, 42)
    )
    lines = [
        renditions.Line(29, "", None, "fact", ({"node": "id/project/a#g1", "property": "text"},)),
        renditions.Line(42, "", None, "fact", ({"node": "id/project/a#i1", "property": "text"},)),
    ]
    assert findings.by_line([found], lines) == {29: [(found, True)], 42: [(found, False)]}
    assert findings.by_line([found], lines[1:]) == {29: [(found, True)], 42: [(found, True)]}


@pytest.mark.usefixtures("every_rule")
def test_lines_of_a_workbook_are_named_by_their_cells(tmp_path, serve):
    form = Path("examples/songjiang-renda-2022.txt").read_text(encoding="utf-8")
    form = "\n".join(form.splitlines()[:100]).replace("1000000", "900000")
    (tmp_path / "a.xlsx").write_bytes(typed_into(form))
    store = Store.create(tmp_path / "store", BASE)
    ingest([tmp_path / "a.xlsx"], store)
    sha16 = hashlib.sha256((tmp_path / "a.xlsx").read_bytes()).hexdigest()[:16]
    with serve(store) as client:
        assert '<a href="#L37">B64</a>' in client.get(f"/source/{sha16}?lang=zh", headers=HTML).text
        report = client.get(f"/quality/filing/{sha16}?lang=zh", headers=HTML).text
        assert f'href="/source/{sha16}?lang=zh#L37">单元格 B64</a>' in report
        assert re.search(r"#L\d+\">cell [A-Z]+\d+</a>", client.get("/views/projects?lang=en", headers=HTML).text)


@pytest.mark.usefixtures("every_rule")
def test_a_replaced_source_leads_to_the_report_on_its_newer_copy(tmp_path, serve):
    store, (older, newer) = Store.create(tmp_path / "store", BASE), (tmp_path / "older.txt", tmp_path / "newer.txt")
    older.write_text(FILING, encoding="utf-8")
    newer.write_text(FILING + "\n", encoding="utf-8")
    before, after = (hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in (older, newer))
    ingest([older], store)
    ingest([newer], store, replace=before)
    with serve(store) as client:
        shown = client.get(f"/source/{before}?lang=en", headers=HTML).text
        report = client.get(f"/quality/filing/{before}?lang=en", headers=HTML).text
    assert f'<a href="/quality/filing/{after}?lang=en">Quality report of the newer file</a>' in shown
    assert "nothing found" not in shown
    assert "Nothing was found" not in report
