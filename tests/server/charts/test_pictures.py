"""Charts in a browser: drawn under the site's policy, and taken away as pictures that say what they show."""

import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support import browsers

SVG = "{http://www.w3.org/2000/svg}"
MANNERS = {
    "zh": {"width": 1280, "height": 800},
    "en": {"width": 390, "height": 844},
}
pytestmark = [
    pytest.mark.debian,
    browsers.needs_chromium,
]


@pytest.fixture
def said():
    """The messages of the page's console."""
    return []


def opened(browser, listener, path, lang, said):
    page = browser.new_page(base_url=str(listener.base_url), viewport=MANNERS[lang])
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    expect(page.locator("#chart svg")).to_be_visible()
    return page


def taken(page, form, to):
    with page.expect_download() as found:
        page.locator(f"[data-picture={form}]").click()
    found.value.save_as(to)
    assert found.value.suggested_filename.endswith(f".{form}")
    return to.read_bytes()


@pytest.mark.judge
@pytest.mark.parametrize(
    ("lang", "path", "wanted"),
    [
        (
            "zh",
            "/charts/spending?year=2022",
            (
                "项目的资金，按责任部门",
                "各机构项目的金额之和（2022",
                "条件：年度：2022",
                "个项目",
                "来源：",
                "000001",
                "/charts/spending?year=2022",
            ),
        ),
        (
            "en",
            "/charts/spending-by-source",
            (
                "Sources of funds",
                "totals themselves",
                "Filters: none",
                "fiscal funds",
                "(whole term, of one year or several)",
                "left out: 1 amount (other period)",
                "Source:",
                "000001",
            ),
        ),
        (
            "en",
            "/charts/targets?text=满意",
            ("Distribution of targets", "Indicator's name contains: 满意", "In the chart:"),
        ),
        ("zh", "/charts/citations?document=松委发〔2009〕97号", ("逐年的引用：松委发〔2009〕97号", "个项目", "2022")),
        ("zh", "/charts/network", ("引用最多的文件", "松委发〔2009〕97号", "个项目")),
    ],
)
def test_a_picture_says_what_it_shows(  # noqa: PLR0917 - the page and what its picture has
    lang,
    path,
    wanted,
    browser,
    listener,
    said,
    tmp_path,
):
    page = opened(browser, listener, path, lang, said)
    texts = ET.fromstring(taken(page, "svg", tmp_path / "chart.svg")).iter(f"{SVG}text")
    svg = "".join("".join(each.itertext()) for each in texts).replace(" ", "")
    assert [each for each in wanted if each.replace(" ", "") not in svg] == []
    with Image.open(io.BytesIO(taken(page, "png", tmp_path / "chart.png"))) as picture:
        assert picture.width == 1920
        colours = picture.convert("RGB").getcolors(1 << 20) or []
        assert (255, 255, 255) in {colour for _, colour in colours}
        assert len(colours) > 20
    assert said == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0
    page.close()


@pytest.mark.judge
def test_names_are_drawn_as_text(browser, listener, said):
    page = opened(browser, listener, "/charts/targets?text=满意", "en", said)
    page.locator("#chart").hover()
    assert page.locator("#chart *:not(svg, svg *, div)").count() == 0
    assert page.evaluate("chart.getOption().tooltip[0].renderMode") == "richText"
    assert said == []
    page.close()


def test_names_and_the_legend_take_the_room_that_they_need(browser, listener, said):
    """A name that fits is drawn at its bar, others are turned or take two lines; the axis is below the legend."""
    page = opened(browser, listener, "/charts/spending-by-year", "zh", said)
    names = [*map(str, range(2017, 2027)), "没有读到的年度"]
    page.evaluate(
        """(names) => {
          drawing.places = names.map((name) => ({ name }));
          drawing.series = [{ name: "", values: names.map(() => 1), shown: names.map(() => "1") }];
          drawing.sums = names.map(() => "1");
          draw();
        }""",
        names,
    )
    assert [each for each in page.locator("#chart svg text").all_text_contents() if each in names] == names
    assert page.evaluate("below(['2022', '2023'], 360)") == {}
    assert page.evaluate("(names) => below(names, 360)", names[:-1]) | {"formatter": None} == {
        "rotate": 90,
        "hideOverlap": False,
        "formatter": None,
    }
    name = "中华人民共和国政府信息公开条例"
    assert page.evaluate("(name) => inTwo(name, 140, 12)", name).replace("\n", "") == name
    assert page.evaluate("(name) => inTwo(name.repeat(3), 140, 12)", name).count("\n") == 1
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate(
        """(names) => {
          drawing.series = names.map((name) => ({ name, values: [], shown: [] }));
          draw();
        }""",
        [f"{name}{n}" for n in range(4)],
    )
    lines = page.evaluate("legendLines(place.clientWidth)")
    assert lines > 1
    assert page.evaluate("chart.getOption().grid[0].top") >= 24 * lines + 32
    page.close()
