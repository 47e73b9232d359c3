"""Every kind of page: valid HTML, and in a browser nothing that axe or the console complains of, nothing too wide.

In Chinese on a light desktop, in English on a dark phone. `make test` shows a sample to the browser, `make judge`
all.
The Nu validator reads the pages too where JIXIAO_VNU names its file (vnu.jar, which needs Java).
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import pytest
from playwright.sync_api import expect

from jixiao.server.http import language
from jixiao.server.runtime.rendering import Pages
from jixiao.server.settings import Settings
from jixiao.server.sources import pictures
from jixiao.store import Refusal
from tests.server.conftest import filed
from tests.support import browsers, markup
from tests.support.browsers import MANNERS, needs_chromium
from tests.support.pages import kind, links
from tests.support.pdfs import at, document
from tests.support.writing import dump

VNU = os.environ.get("JIXIAO_VNU")
REFUSED = "f" * 64
LARGEST = 200_000  # characters of the pages that `make test` reads
BESIDE = "5kejufee62q5e/2023/jj5q2bc2mirsu"
SONGJIANG, PROJECT = "{songjiang}", "/doc/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
FORM = """<html><body><p>2022年度</p><table>
<tr><td>项目名称</td><td colspan="3">档案整理</td></tr>
<tr><td>主管部门</td><td>临江市档案局</td><td>实施单位</td><td>临江市档案馆</td></tr>
<tr><td>年度资金申请总额（元）</td><td>120000</td><td>其中：财政资金（元）</td><td></td></tr>
</table></body></html>"""
PICTURED = ("技能培训专项经费情况说明", "一、项目概述", "组织两期技能培训。", "三、实施主体", "临江市商务局")

PAGES = {
    "home": "/",
    "answer": "/views/projects-citing?number=松委发〔2009〕97号",
    "answer to nothing": "/views/projects-citing?number=松委发〔2010〕97号",
    "answer refused": "/views/projects-citing?number=97",
    "source": f"/source/{SONGJIANG}",
    "line": f"/source/{SONGJIANG}#L5",
    "project": PROJECT,
    "search": "/search?q=培训",
    "search without a hit": "/search?q=zzzzqq",
    "search without words": "/search",
    "question": "/ask?q=哪些项目引用了松委发〔2009〕97号？",
    "question not understood": "/ask?q=明天天气怎么样？",
    "question not understood with a known name": "/ask?q=松江区政协办的业务培训明天下雨吗",
    "no question": "/ask",
    "bundle of rules": "/shapes/content",
    "views": "/views",
    "tables": "/tables",
    "rows of a table": "/tables/projects?year.is=2022&name.contains=培训",
    "several values of a condition": "/tables/projects?year.is=2022&year.is=2023&locations.place.is=310117",
    "groups of a table": "/tables/projects?group=year&measure=rows,sum_amount",
    "department": "/views/department?department=中共上海市松江区委政策研究室",
    "findings of a view": "/views/findings?fault=AmountNotANumber",
    "indicators": "/views/indicators",
    "documents by use": "/views/legal-bases",
    "projects": "/views/projects",
    "projects in part": "/views/projects?limit=1&offset=1",
    "projects narrowed down": "/views/projects?department=松江&year=2022",
    "bodies by rank": "/views/bodies",
    "two years": "/views/years?first=2022&second=2024",
    "no projects": "/views/projects?department=zzz",
    "spending": "/views/spending",
    "comparison to choose": "/compare",
    "comparison of bodies": "/compare?a=/id/org/bdd7i7amlc5hg&year_a=2022&b=/id/org/5kejufee62q5e&year_b=2023",
    "comparison of projects": f"/compare?a=/id/{PROJECT.removeprefix('/doc/')}&b=/id/project/{BESIDE}",
    "comparison not understood": "/compare?a=zzzz",
    "indicator library": "/views/indicator-library",
    "indicator library refused": "/views/indicator-library?year=x",
    "charts": "/charts",
    "chart of bodies": "/charts/spending",
    "chart of years": "/charts/spending-by-year",
    "chart of provinces": "/charts/provinces",
    "chart of sources": "/charts/spending-by-source?year=2022",
    "chart of targets": "/charts/targets?text=满意",
    "chart of citations": "/charts/citations?document=松委发〔2009〕97号",
    "network": "/charts/network",
    "body": "/doc/org/{org}",
    "document": "/doc/basis/{basis}",
    "filing": "/doc/filing/{filing}",
    "series": "/doc/series/{series}",
    "place": "/doc/place/{place}",
    "file": f"/doc/source/{SONGJIANG}",
    "list of projects": "/doc/project",
    "list of bodies": "/doc/org",
    "list of documents": "/doc/basis",
    "source with pictures": "/source/{pdf}",
    "source with tables": "/source/{html}",
    "quality": "/quality",
    "findings": "/quality/findings",
    "rule": "/quality/AmountNotANumber",
    "report": f"/quality/filing/{SONGJIANG}",
    "refused file": f"/quality/filing/{REFUSED[:16]}",
    "refused files": "/quality/refused",
    "log": "/quality/log",
    "dataset": "/dataset",
    "version": "/dataset/000001",
    "changes": "/dataset/changes",
    "how to cite": "/dataset/cite?of=/views/projects",
    "ontology": "/ontology",
    "rules": "/shapes",
    "vocabularies": "/vocab",
    "vocabulary": "/vocab/operator",
    "sparql": "/sparql",
    "sparql table": "/sparql?query=SELECT * {{ ?s ?p ?o }} LIMIT 20",
    "sparql graph": "/sparql?query=CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT 5&format=html",
    "sparql fault": "/sparql?query=SELEC",
    "interface": "/docs",
    "sparql with a slip": "/sparql?query=SELECT * {{ ?s <https://w3id.org/jixiao/ontology%23yaer> ?o }}",
    "help": "/help",
    "glossary": "/help/glossary",
    "guide": "/help/{guide}",
    "file to check": "/check",
    "nothing there": "/nothing",
}
REFUSALS = {
    "answer refused": 400,
    "comparison not understood": 400,
    "indicator library refused": 400,
    "sparql fault": 400,
    "nothing there": 404,
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory, filled):
    """A store with files of several kinds and a refused one, whose originals are given out."""
    store = filled(tmp_path_factory.mktemp("pages") / "store")
    picture = document("".join(at(60, 60 + 30 * n, words) for n, words in enumerate(PICTURED)))
    with store.writing() as batch:
        batch.add(filed(picture, "narrative.pdf"))
        batch.add(filed(FORM, "form.html"))
        batch.refuse(Refusal(REFUSED, "断裂.txt", ("第 3 行 表格中断",), "# why"))
        batch.commit()
    dump(store)
    with pytest.MonkeyPatch.context() as patched:  # a loaded machine takes its time to paint a page
        patched.setattr(pictures, "PAINTING", 60)
        patched.setattr(pictures, "_QUEUE", 60.0)
        yield Settings(store=store.path, quick_seats=1, heavy_seats=1, serve_originals=True)


@pytest.fixture(scope="module")
def here(settings, serve):
    """A client of the application over that store."""
    with serve(settings) as client:
        yield client


@pytest.fixture(scope="module")
def online(settings, listen):
    """A client of a real server over that store, for browsers."""
    with listen(settings) as client:
        yield client


@pytest.fixture(scope="module")
def addresses(here):
    """The address of each kind of page in this store, without its language."""
    known = {}
    for name in ("org", "basis", "filing", "series"):
        text = here.get(f"/doc/{name}", headers={"Accept": "text/html"}).text
        known[name] = text.partition(f'href="/id/{name}/')[2].partition("?")[0].partition('"')[0]
    sources = here.get("/doc/source", headers={"Accept": "text/html"}).text
    for name, key in (("songjiang.txt", "songjiang"), ("narrative.pdf", "pdf"), ("form.html", "html")):
        known[key] = sources.partition(f">{name}<")[0].rpartition("/source/")[2][:16]
    known["place"] = "310117"
    known["guide"] = (
        here.get("/help", headers={"Accept": "text/html"}).text.partition('href="/help/')[2].partition("?")[0]
    )
    return {name: path.format_map(known) for name, path in PAGES.items()}


@pytest.fixture(scope="module")
def pages(here, addresses):
    """Gives, for a language, the answer at each address and the templates that it was made of; asks for each once."""
    made, text = set(), Pages.text

    def asked(path, tongue):
        made.clear()
        answer = here.get(language.address(path, tongue), headers={"Accept": "text/html"}, follow_redirects=True)
        return answer, {*made}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Pages, "text", lambda self, name, /, **given: made.add(name) or text(self, name, **given))
        yield cache(lambda tongue: {name: asked(path, tongue) for name, path in addresses.items()})


@pytest.fixture(scope="module")
def contexts(browser, online):
    return {
        name: browser.new_context(
            base_url=str(online.base_url),
            viewport={"width": manner["width"], "height": manner["height"]},
            color_scheme=manner["scheme"],
        )
        for name, manner in MANNERS.items()
    }


OF_TERMS = {"ontology", "rules", "vocabularies", "vocabulary", "bundle of rules", "interface"}
"""Pages for developers, whose subjects are IRIs and addresses."""
FILES = re.compile(r"\.(txt|html|pdf|docx|xlsx)\b")
ADDRESSES = re.compile(r"localhost|(?<![\w.])/id/[a-z]+/[\w/#-]+|https://w3id\.org/jixiao/[\w/#]+")
JARGON = re.compile(r"违例|绩效数据发布者|The publisher of this jixiao dataset|\bviolations?\b")
UNWRITTEN = re.compile(r"\b\w+=\w+\(|\bNone\b|<[\w.]+ object at")
"""Values of Python that a template prints without turning them into words."""
ENGLISH_COUNT = re.compile(r"\d (?:projects?|sources?|filings?|bod(?:y|ies)|indicators?|documents?|findings?|rows?)\b")


def shown_to_people(name, text, tongue):
    """Return what a page says that is for programs or in another tongue.

    These are names of files in titles, addresses, words of the makers, values of Python, and English counts on Chinese
    pages.
    """
    tree = lxml.html.fromstring(text)
    for hidden in tree.xpath("//script | //style | //textarea | //nav[@class='site']"):
        hidden.drop_tree()
    told = tree.text_content()
    faults = JARGON.findall(told) + UNWRITTEN.findall(told) + (ENGLISH_COUNT.findall(told) if tongue == "zh" else [])
    if not name.startswith("sparql") and name not in OF_TERMS:
        titles = [each.text_content().strip() for each in tree.xpath("//title | //h1 | //h2 | //h3")]
        queries = "".join(each.text_content() for each in tree.xpath("//pre") if name != "how to cite")
        faults += [title for title in titles if FILES.search(title)]
        faults += [each for each in ADDRESSES.findall(told) if each not in queries]
    return faults


@pytest.mark.parametrize(
    ("tongue", "looked_at"),  # of each template its first page, unless it is that of all rules or terms
    [("en", "some"), ("zh", "none"), *(pytest.param(each, "all", marks=pytest.mark.judge) for each in ("en", "zh"))],
)
def test_every_page_is_valid_and_speaks_to_people(tongue, looked_at, here, pages, tmp_path):
    seen, faults = set(), {}
    for name, (answer, made) in pages(tongue).items():
        (tmp_path / f"{name.replace(' ', '-')}.html").write_text(answer.text, encoding="utf-8")
        new = looked_at == "some" and made - seen and len(answer.text) < LARGEST
        faults[name] = markup.faults(answer.text) if new or looked_at == "all" else []
        faults[name] += shown_to_people(name, answer.text, tongue)
        if answer.status_code != REFUSALS.get(name, 200):
            faults[name] += [f"{answer.status_code} for {answer.url}"]
        seen |= made
    if looked_at == "all":
        sent = here.post(f"/check?lang={tongue}", files={"file": ("form.html", FORM)}, headers={"Accept": "text/html"})
        faults["checked file"] = markup.faults(sent.text)
    assert {name: said for name, said in faults.items() if said} == {}
    templates = {
        path.name for path in Path("server/templates").glob("*.html") if "block main" in path.read_text("utf-8")
    }
    unseen = templates - seen - {"base.html", "checked.html"}  # which check/ looks at
    assert not unseen, "add a page that uses these templates to PAGES"
    if VNU:
        command = ["java", "-jar", VNU, "--errors-only", "--skip-non-html", *map(str, tmp_path.glob("*.html"))]
        assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.judge)], ids=["some", "all"])
def test_every_link_of_every_page_is_answered(here, addresses, pages, every):
    """Forms and files are asked for as pages lead to them; what a page shows for the address of an error is its own.

    Of links that lead to pages of one kind, `make test` follows one, unless such a page is among those read here, and
    of these links every sixth.
    """
    leading = {}
    for name, (answer, _) in pages("en").items():
        for link in links(addresses[name], answer.text):
            leading.setdefault(link, name)
    followed = [*leading]
    if not every:
        known = {kind(language.address(addresses[name], "en")) for name in PAGES.keys() - REFUSALS}
        followed = [*{kind(link): link for link in leading if kind(link) not in known}.values()][::6]
    broken = {}
    for link in followed:
        answer = here.get(link, headers={"Accept": "text/html"}, follow_redirects=True)
        if answer.status_code != 200:
            broken[link] = (answer.status_code, leading[link])
    assert broken == {}


@pytest.mark.debian
@needs_chromium
@pytest.mark.sampled(100)
@pytest.mark.parametrize(
    "name",  # axe takes eight seconds for the page of the ontology
    [pytest.param(name, marks=pytest.mark.judge) if name == "ontology" else name for name in PAGES],
)
@pytest.mark.parametrize("manner", MANNERS)
def test_a_page_in_a_browser(manner, name, contexts, addresses, online):
    page = contexts[manner].new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if urlsplit(request.url).netloc != ours else None)
    ours = online.base_url.netloc.decode()
    page.goto(language.address(addresses[name], str(MANNERS[manner]["lang"])))
    if name in REFUSALS:  # the browser itself tells the console of the status
        said = [each for each in said if str(REFUSALS[name]) not in each]
    assert said == []
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    browsers.check(page)
    page.close()


@pytest.mark.judge
@pytest.mark.debian
@needs_chromium
def test_the_first_page_is_light(contexts):
    page = contexts["en on a phone"].new_page()
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    page.goto("/?lang=en", wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes.values()) < 100_000, sizes
    assert page.locator("header.site").bounding_box()["height"] < 100, "the header takes more than two rows"
    page.goto("/quality?lang=en")
    assert page.locator("td:empty").filter(visible=True).count() == 0
    page.goto("/views/projects?lang=en")
    assert page.locator("td").first.bounding_box()["y"] < page.viewport_size["height"] / 2, "rows stand below the fold"
    page.close()


@pytest.mark.judge
@pytest.mark.debian
@needs_chromium
def test_marks_stay_within_the_excerpt_whatever_blanks_a_line_has(contexts, addresses):
    page = contexts["en on a phone"].new_page()
    page.goto(f"/quality/filing/{addresses['source'].rpartition('/')[2]}?lang=en")
    outside = page.evaluate(
        "() => { const mark = document.querySelector('.finding .excerpt .text mark');"
        " mark.textContent = `expenses${' '.repeat(90)}of training${' '.repeat(90)}`;"
        " const edge = mark.closest('.excerpt').getBoundingClientRect().right;"
        " return Math.max(...[...mark.getClientRects()].map(each => each.right)) - edge }"
    )
    assert outside <= 0
    page.close()


def focused(page, keys, wanted):
    """Press a key until an element with that selector has the focus, which must show at each step."""
    for _ in range(120):
        page.keyboard.press(keys)
        at = page.evaluate(
            "wanted => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();"
            " return [e.matches(wanted), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,"
            " b.bottom > 0 && b.top < innerHeight, e.outerHTML.slice(0, 200)] }",
            wanted,
        )
        assert all(at[1:3]) or "<body" in at[3], f"the focus does not show: {at[3]}"
        if at[0]:
            return
    pytest.fail(f"{keys} never comes to {wanted}")


@pytest.mark.judge
@pytest.mark.debian
@needs_chromium
def test_the_mission_with_keys_alone(contexts, addresses):
    page = contexts["zh on a desktop"].new_page()
    page.goto("/?lang=zh")
    focused(page, "Tab", "a.skip")
    page.keyboard.press("Enter")
    focused(page, "Tab", "main input[name=q]")
    page.keyboard.type("哪些项目引用了松委发[2009]97号？")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("86,580.55 元")
    focused(page, "Tab", f"a[href^='{addresses['source']}'][href$='#L5']")
    page.keyboard.press("Enter")
    page.wait_for_url("**#L5")
    expect(page.locator("#L5")).to_be_in_viewport()
    page.goto("/views/projects?lang=zh")
    focused(page, "Tab", "a[data-language=en]")
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=en**")
    page.goto("/quality")
    expect(page).to_have_url(re.compile("lang=en"))
    page.close()


@pytest.mark.judge
@pytest.mark.debian
@needs_chromium
def test_heads_sort_whole_tables(browser, online):
    page = browser.new_page(base_url=str(online.base_url))
    page.goto("/dataset?lang=en")
    table = page.locator("table.sortable").filter(has=page.get_by_role("columnheader", name="Entities"))
    head = table.get_by_role("columnheader", name="Entities")
    head.get_by_role("button").focus()
    shown = []
    for direction in ("descending", "ascending"):
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", direction)
        shown.append([int(text.replace(",", "")) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()])
    assert (shown[0], shown[1]) == (sorted(shown[0], reverse=True), sorted(shown[0]))
    assert len(set(shown[0])) > 2
    page.close()
