"""Bodies and documents of the examples, as people write them in spreadsheets, are the first candidates."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jixiao.server.settings import Settings
from tests.server.conftest import Serve

POLITICAL = "中国人民政治协商会议上海市松江区委员会办公室"
MINHANG = "上海市闵行区人民政府办公室(汇总)"
CONGRESS = "上海市松江区人民代表大会常务委员会办公室"
PARTY = "中共上海市松江区区级机关工作委员会"
GOVERNMENT = "上海市松江区人民政府办公室"

BODIES = [
    (POLITICAL, POLITICAL),
    (" 中国人民政治协商会议 上海市松江区委员会办公室", POLITICAL),
    ("松江区政协办公室", POLITICAL),
    ("上海市松江区政协办", POLITICAL),
    ("中國人民政治協商會議上海市松江區委員會辦公室", POLITICAL),
    ("上海市松江区人民政府办公室", GOVERNMENT),
    ("松江区人民政府办公室", GOVERNMENT),
    ("松江区政府办公室", GOVERNMENT),
    ("松江区政府办", GOVERNMENT),
    ("上海市松江区人大常委会办公室", CONGRESS),
    ("松江区人大常委会办公室", CONGRESS),
    ("上海市松江区人民代表大会常务委员会辦公室", CONGRESS),
    ("中共松江区区级机关工作委员会", PARTY),
    ("松江区级机关工委", PARTY),
    ("上海市闵行区人民政府办公室（汇总）", MINHANG),
    ("闵行区政府办公室（汇总）", MINHANG),
]
NUMBER = "松委发〔2009〕97号"
DOCUMENTS = [
    ("松委发〔2009〕97号", NUMBER),
    ("松委发（2009）97号", NUMBER),
    ("松委发[2009]97号", NUMBER),
    ("松委发【2009】97", NUMBER),
    ("松委发 2009 97号", NUMBER),
    ("松委发２００９９７号", NUMBER),
    ("中共上海市松江区委员会关于进一步加强人民政协工作的实施意见", NUMBER),
    ("《关于进一步加强人民政协工作的实施意见》", NUMBER),
    ("关于进一步加强人民政协工作的实施意见（松委发〔2009〕97号）", NUMBER),
    ("《政府信息公开条例》", "中华人民共和国政府信息公开条例"),
    ("中华人民共和国政府信息公开条例", "中华人民共和国政府信息公开条例"),
    ("上海市人民政府令第35号", "上海市人民政府令第35号"),
    ("上海市政府信息公开规定", "上海市人民政府令第35号"),
    ("沪松府办(2020)50号", "沪松府办〔2020〕50号"),
]

Reconcile = Callable[[str, str], tuple[str, ...]]


@pytest.fixture(scope="module")
def reconcile(examples: Path, serving: Serve) -> Iterator[Reconcile]:
    with serving(Settings(store=examples, quick_seats=1, heavy_seats=1)) as client:

        def ask(text: str, kind: str) -> tuple[str, ...]:
            sent = {"queries": json.dumps({"q": {"query": text, "type": kind}})}
            found = client.post("/reconcile", data=sent).raise_for_status().json()["q"]["result"]
            return tuple(each["name"] for each in found)

        yield ask


@pytest.mark.parametrize(("typed", "name"), BODIES)
def test_a_body_is_matched_first(reconcile: Reconcile, typed: str, name: str) -> None:
    assert reconcile(typed, "org")[:1] == (name,)


@pytest.mark.parametrize(("typed", "name"), DOCUMENTS)
def test_a_document_is_matched_first(reconcile: Reconcile, typed: str, name: str) -> None:
    assert reconcile(typed, "basis")[:1] == (name,)
