"""One noun has one count: files and cited documents, bodies that file, answer or are named share no word."""

import re

import lxml.html
import pytest

from tests.server.conftest import HTML

PAGES = ("/", "/dataset", "/dataset/000001", "/doc/org", "/doc/source", "/doc/basis", "/quality", "/search?q=培训")
TABLES = ("bodies", "documents", "issuers", "sources")
VIEWS = ("bodies", "body-years", "findings-by-body", "legal-bases", "years?first=2022&second=2024")
PLAIN = {
    "zh": r"\d (?:个|份)?(?:机构|单位|部门|文件)(?!（各种角色）|夹|本身)",
    "en": r"\d (?:body|bodies|document|file)s?\b(?! (?:in any role|with projects))",
}
ADDRESSES = [*PAGES, *(f"/views/{name}" for name in VIEWS), *(f"/tables/{name}" for name in TABLES)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "page", [*PAGES, *(f"/views/{name}" for name in VIEWS), *(f"/tables/{name}" for name in TABLES)]
)
def test_a_count_of_bodies_or_files_says_which(page, lang, client):
    path, _, query = page.partition("?")
    answer = client.get(f"{path}?{query}&lang={lang}", headers=HTML)
    assert answer.status_code == 200
    [main] = lxml.html.fromstring(answer.text).xpath("//main")
    # In a tile, the noun stands above its number.
    tiles = [
        f"{''.join(tile.xpath('dd//text()')).strip()} {''.join(tile.xpath('dt//text()')).strip()}"
        for tile in main.xpath(".//dl[contains(@class, 'counts')]/div")
    ]
    heads = [each.text_content() for each in main.xpath(".//p[@class='answer' or @class='in-all' or @class='note']")]
    for text in (*tiles, *heads):
        assert not re.search(PLAIN[lang], text), text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_pages_that_count_the_dataset_use_the_same_nouns(lang, client):
    def nouns(page):
        tree = lxml.html.fromstring(client.get(page, params={"lang": lang}, headers=HTML).text)
        return {"".join(each.itertext()).strip() for each in tree.xpath("(//dl[contains(@class, 'counts')])[1]/div/dt")}

    assert nouns("/dataset") <= nouns("/dataset/000001")
