"""The language of a page: its address decides; a cookie, then Accept-Language, choose where to redirect."""

import re

import pytest

from jixiao.server.http import language
from tests.support.pages import replied
from tests.support.reader import sent_once

HTML = {"Accept": "text/html"}
PAGES = ("/", "/views", "/views/projects", "/quality", "/dataset", "/ontology", "/sparql", "/doc/org", "/dataset/cite")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def get(client, path, **headers):
    """Return the response for a browser, without following any redirect."""
    return sent_once(client, "GET", path, headers=HTML | headers)


@pytest.mark.parametrize(
    ("headers", "chosen"),
    [
        ({}, "zh"),
        ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.3"}, "en"),
        ({"Accept-Language": "fr, zh-TW;q=0.5, en;q=0.4"}, "zh"),
        ({"Accept-Language": "en;q=0, de"}, "zh"),
        ({"Accept-Language": "en;q=x"}, "zh"),
        ({"Accept-Language": "zh", "Cookie": "jixiao-language=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "jixiao-language=<b>"}, "en"),
        ({"Cookie": "a=b; jixiao-language=en; c=d"}, "en"),
    ],
)
def test_an_address_without_a_language_leads_to_one(client, headers, chosen):
    moved = get(client, "/views/projects?year=2022", **headers)
    assert (moved.status_code, moved.headers["location"]) == (302, f"/views/projects?year=2022&lang={chosen}")
    assert moved.headers["vary"] == "Accept, Accept-Language, Cookie"


@pytest.mark.parametrize("path", ["/views/projects", "/tables/projects", "/doc/org"])
def test_a_page_that_an_address_asks_for_is_given_to_any_client(client, path):
    page = client.get(f"{path}?format=html", headers={"Accept": "*/*"}, follow_redirects=True)
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("path", ["/", "/ontology", "/help", "/dataset", "/doc/org", "/charts"])
def test_a_client_that_names_no_form_gets_the_page_itself(client, path):
    for language_asked, tag in (("en", "en"), ("zh", "zh-CN"), ("en", "en")):  # the last one from the server's cache
        page = get(client, path, **{"Accept": "*/*", "Accept-Language": language_asked})
        assert (page.status_code, page.headers["content-language"]) == (200, tag)
        assert f'<html lang="{tag}">' in page.text
        assert page.headers["vary"].startswith("Accept, Accept-Language, Cookie")
        assert re.findall(r'<link rel="canonical" href="([^"]*)">', page.text) == [f"{path}?lang={tag[:2]}"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("path", PAGES)
def test_the_address_wins_and_every_page_has_both_languages(client, path):
    english = get(client, f"{path}?lang=en", **{"Cookie": "jixiao-language=zh", "Accept-Language": "zh"})
    chinese = get(client, f"{path}?lang=zh", Cookie="jixiao-language=en")
    for page, tag in ((english, "en"), (chinese, "zh-CN")):
        assert (page.status_code, page.headers["content-language"]) == (200, tag)
        assert page.headers["vary"].startswith("Accept")
        assert "Cookie" not in page.headers["vary"]
        assert f'<html lang="{tag}">' in page.text
        assert re.findall(r'<link rel="canonical" href="([^"]*)">', page.text) == [f"{path}?lang={tag[:2]}"]
        for other in ("zh", "en"):
            assert f'hreflang="{language.TAGS[other]}" href="{path}?lang={other}"' in page.text
    if "etag" in english.headers:
        assert english.headers["etag"] != chinese.headers["etag"]
        again = get(client, f"{path}?lang=en")  # from the server's cache
        assert (again.headers["content-language"], again.text) == ("en", english.text)


@pytest.mark.parametrize("path", ["/views", "/dataset", "/sparql", "/dataset/cite", "/views/projects?text=none"])
def test_a_page_speaks_one_language(client, path):
    page = get(client, language.address(path, "en")).text
    shown = re.sub(r"<(script|style|pre|code|svg|textarea|option)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    body = "中国人民政治协商会议上海市松江区委员会办公室"  # of the store, named in examples of questions
    known = re.compile(rf"中文|jixiao|[《》〔〕（）「」“”]|{body}")
    assert not [line.strip() for line in known.sub("", shown).splitlines() if len(_HAN.findall(line)) > 12]


def test_links_and_forms_keep_the_language_and_files_have_none(client):
    page = get(client, "/views/projects?lang=en").text
    links = re.findall(r'<a [^>]*?href="(/[^"]*)"', page)
    without = [link for link in links if "lang=" not in link]
    assert any("lang=en" in link for link in links)
    assert all(re.search(r"format=|\.(?:csv|json|ttl|nt|jsonld|rdf|trig|xlsx)\b", link) for link in without)
    assert all(
        'name="lang" value="en"' in form for form in re.findall(r'<form[^>]*method="get".*?</form>', page, re.DOTALL)
    )


def test_data_has_no_language(client):
    for path in ("/views/projects?format=json", "/views/projects?format=csv", "/doc/org/bdd7i7amlc5hg.ttl"):
        plain, english = get(client, path), get(client, f"{path}{'&' if '?' in path else '?'}lang=en")
        assert plain.status_code == english.status_code == 200
        assert plain.content == english.content
        assert "content-language" not in english.headers


def test_an_unknown_language_is_the_callers_fault(client):
    assert get(client, "/views?lang=fr").status_code == 400
    assert get(client, "/no/such/page", **{"Accept-Language": "en"}).headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/a?b=1#c", "/a?b=1&lang=zh#c"),
        ("/a?lang=en", "/a?lang=en"),
        ("/static/style.css", "/static/style.css"),
        ("/source/3201a970973bdee9/file", "/source/3201a970973bdee9/file"),
    ],
)
def test_an_address_has_one_language_and_that_of_a_file_none(given, shown):
    assert language.address(given, "zh") == shown


def test_a_form_that_posts_keeps_the_language_and_its_result_has_a_permanent_link(client):
    query = "SELECT ?x { VALUES ?x { '松委发' } }"
    assert 'method="post" action="/sparql?lang=en"' in get(client, "/sparql?lang=en").text
    posted = sent_once(client, "POST", "/sparql?lang=en", data={"query": query}, headers=HTML)
    assert posted.headers["content-language"] == "en"
    [link] = re.findall(r'href="(/sparql\?query=[^"]*)"', posted.text.partition('id="permalink"')[2])
    replied(200, get(client, link.replace("&amp;", "&")), "松委发")
