"""Lists in several lines of a head mean the same as in one, to answers and to the cache of answers alike."""

from itertools import permutations, product

import pytest

from jixiao.server.http.headers import SINGLE, joined
from jixiao.server.settings import Settings

PAGES = (
    "/",
    "/views",
    "/views/projects?year=2022",
    "/views/money",
    "/doc/org",
    "/doc/project",
    "/ontology",
    "/dataset",
    "/dataset/000001",
    "/quality",
    "/search?q=%E6%B3%95%E5%BE%8B",
    "/ask?q=%E5%93%AA%E4%BA%9B%E9%A1%B9%E7%9B%AE",
    "/compare",
    "/sparql?query=ASK%7B%7D",
    "/help",
)
LISTS = {
    "Accept": ("text/csv", "text/html", "text/turtle;q=0.9"),
    "Accept-Language": ("en", "zh;q=0.5"),
    "Accept-Encoding": ("gzip", "identity;q=0.5"),
    "If-None-Match": ('"nonsense"', "{tag}"),
    "Cookie": ("a=b", "jixiao-language=en"),
}


@pytest.fixture(scope="module")
def fresh(filled, tmp_path_factory, listen):
    with listen(Settings(store=filled(tmp_path_factory.mktemp("heads") / "store").path)) as client:
        yield client


def told(answer):
    said = ("content-type", "content-language", "content-encoding", "location", "etag", "vary")
    return answer.status_code, *(answer.headers.get(name) for name in said), answer.content


@pytest.mark.sampled(8)
@pytest.mark.parametrize("page", PAGES)
def test_a_list_in_two_lines_is_one_list_and_misleads_nobody(page, fresh):
    plain = dict.fromkeys(("Accept", "Accept-Language", "Accept-Encoding"), "") | {"Accept": "text/html"}
    for name, values in LISTS.items():
        for pair in permutations(values, 2):
            tag = fresh.get(page, headers=plain).headers.get("etag", '"none"') if name == "If-None-Match" else ""
            lines = [value.replace("{tag}", tag) for value in pair]
            others = [(key, value) for key, value in plain.items() if key != name]
            apart = fresh.get(page, headers=[*others, *((name, line) for line in lines)])
            together = fresh.get(page, headers=[*others, (name, ("; " if name == "Cookie" else ", ").join(lines))])
            assert told(apart) == told(together), (name, lines)
        assert fresh.get(page, headers=plain).headers["content-type"].startswith("text/html"), name


def test_the_first_to_ask_does_not_choose_for_all(fresh):
    for first, second in product(("text/csv", "text/turtle"), ("text/html", "application/json")):
        for page in ("/views/bodies?lang=zh", "/doc/place?lang=zh"):
            fresh.get(page, headers=[("Accept", first), ("Accept", second)])
            answer = fresh.get(page, headers={"Accept": "text/html"})
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", sorted(SINGLE - {b"host", b"content-length"}))
def test_what_has_one_value_stands_once(name, fresh):
    for values in ((b"x", b"x"), (b"x", b"y")):
        answer = fresh.get("/views", headers=[(name, value) for value in values])
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert name.decode() in answer.json()["detail_en"]


def test_fields_keep_their_order_and_a_head_without_lists_stays():
    fields = [(b"host", b"x"), (b"accept", b"a"), (b"x", b"1"), (b"accept", b"b"), (b"cookie", b"c"), (b"cookie", b"d")]
    assert joined(fields) == [(b"host", b"x"), (b"accept", b"a, b"), (b"x", b"1"), (b"cookie", b"c; d")]
    assert joined(fields[:3]) is not None
    with pytest.raises(ValueError, match="content-length"):
        joined([(b"content-length", b"1"), (b"content-length", b"1")])
