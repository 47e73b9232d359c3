"""Help in either language: guides of docs/, whose links lead somewhere, and the glossary of the ontology."""

import re
from html import unescape
from urllib.parse import unquote

import httpx
import pytest

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.apps.help.guides import documents, glossary
from jixiao.server.views.published import ROWS
from tests.server.conftest import HTML
from tests.support.pages import markup as page

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]+){5,}")


def text(html):
    """Return the words outside of code."""
    return re.sub(r"<pre.*?</pre>|<code>.*?</code>|<[^>]*>", " ", html, flags=re.DOTALL)


@pytest.mark.parametrize("name", documents(""))
def test_a_guide_speaks_one_language(name):
    guide = documents("")[name]
    assert not LATIN.search(text(guide["html"]["zh"]))
    english = text(guide["html"]["en"])
    assert len(HAN.findall(english)) < 0.12 * len(english)
    assert guide["html"]["en"].count("<h2") == guide["html"]["zh"].count("<h2")
    assert guide["html"]["en"].count("<tr") == guide["html"]["zh"].count("<tr")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_section_for_both_languages_is_where_links_find_it(lang):
    html = documents("")["filings"]["html"][lang]
    assert {*map(unquote, re.findall(r'href="#([^"]+)"', html))} <= {*re.findall(r'id="([^"]*)"', html)}
    assert "<h1" not in html


def test_the_rows_of_a_page_are_told_as_pages_have_them():
    guide = documents("")["filter"]["html"]
    assert f"一页最多 {ROWS} 行，各行很长的（如写明矛盾的项目）最多 {ROWS // 2} 行" in guide["zh"]
    assert f"at most {ROWS} rows, and at most {ROWS // 2} if they are long" in guide["en"]


def test_every_link_of_the_guides_leads_somewhere(client):
    guides = documents("")
    links = {
        lang: {link for guide in guides.values() for link in leading(guide["html"][lang])} for lang in ("zh", "en")
    }
    assert links["zh"] == links["en"]
    home = client.get("/help?lang=en", headers=HTML).text
    assert {f"/help/{name}" for name in (*guides, "glossary")} <= leading(home)
    for link in links["en"] | leading(client.get("/help/glossary?lang=en", headers=HTML).text):
        assert client.get(httpx.URL(link).copy_merge_params({"lang": "en"}), headers=HTML).status_code in (200, 303), (
            link
        )


def leading(html):
    """The addresses of this site to which a text leads, in no language."""
    found = {unescape(link) for link in re.findall(r'<a [^>]*?href="(/[^"#]*)', html)}
    return {str(httpx.URL(link).copy_remove_param("lang")).rstrip("?") for link in found}


def test_links_stay_below_the_root_of_the_site():
    for guide in documents("/budget").values():
        assert not re.search(r'href="/(?!budget/)', guide["html"]["zh"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_glossary_has_every_word_once(client, lang):
    page = client.get(f"/help/glossary?lang={lang}", headers=HTML).text
    ids = [entry["id"] for group in glossary() for entry in group["entries"]]
    assert len(ids) == len(set(ids))
    for entry in ids:
        assert page.count(f'id="{entry}"') == 1


def test_the_glossary_needs_no_knowledge_of_rdf():
    for group in glossary():
        for entry in group["entries"]:
            words = f"{entry['text'].zh} {entry['text'].en}"
            assert entry["id"] == "linked-data" or not re.search(r"\b(rdfs?|owl|skos|dcterms|jx|IRI|RDF)\b", words), (
                entry
            )


def test_all_types_of_indicators_are_in_the_glossary():
    types = {iri for iri, term in reference().items() if iri.startswith(f"{terms.VOCAB}indicator-type/")}
    assert types <= {entry["iri"] for group in glossary() for entry in group["entries"]}


@pytest.mark.parametrize(
    ("guide", "lang", "said"),
    [
        ("glossary", "zh", "中断的是本站所得的副本，不是申报单位的过失"),
        ("glossary", "en", "which is no fault of the body"),
        ("answers", "zh", "印有而没有读准的，就没有“金额”"),
        ("answers", "en", "no other one replaces it"),
    ],
)
def test_severities_and_amounts_are_explained(client, guide, lang, said):
    """Forms that break off are taken in up to there, and most warnings are of blanks."""
    page = text(client.get(f"/help/{guide}?lang={lang}", headers=HTML).text)
    assert said in page
    assert "不可信" not in page
    assert "cannot be trusted" not in page


def test_pages_lead_to_the_way_to_report_an_error(own, serve):
    with serve(own) as client:
        source = client.get("/views/projects?format=json").json()["rows"][0]
        things = (source["project"], source["source"])
        for path in (
            httpx.URL(thing).path.replace("/id/project", "/doc/project").replace("/id/", "/") for thing in things
        ):
            assert page(client, path, "en").count("/help/report") == 2  # here and in the footer
        for path in ("/", "/dataset"):
            assert "/help/report" in page(client, path, "en")
        for lang in ("zh", "en"):
            assert "mailto:" not in page(client, "/help/report", lang)
        (own.path / "dataset.toml").write_text('[contact]\nmail = "data@example.org"\n', encoding="utf-8")
        for lang in ("zh", "en"):
            assert "mailto:data@example.org" in page(client, "/help/report", lang)
