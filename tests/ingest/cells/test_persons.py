"""Contact persons and telephones reach neither graph nor rendition nor ledger, wherever a form prints them."""

import json

import pytest

from jixiao.ingest.document import Reading, read_document, read_documents
from jixiao.ingest.result import Document
from jixiao.ontology.text.display import MASK

SECRETS = ("赵甲乙", "钱丙丁", "88880001", "13900000001")
PRINTED = [
    "联系人\t赵甲乙\t联系电话\t13900000001",
    "联系人：赵甲乙\t联系电话：0571-88880001\t填报日期：2023-01-05",
    "填报人（签章）：赵甲乙",
    "单位负责人（签字）：\t赵甲乙\t填报人（签字）：\t钱丙丁",
    "项目负责人\t\t\t赵甲乙",
    "联系人及电话\t赵甲乙 13900000001",
    "联系人：赵甲乙 电话：0571-88880001",
    "（联系人：赵甲乙，13900000001）",
    "联系人：赵甲乙、钱丙丁；电话0571-88880001",
    "经办人\u3000赵甲乙",
    "联系人 赵甲乙 13900000001",
    "填报人:赵甲乙                联系电话:13900000001",
    "详询 13900000001 或 0571—88880001。",
]
HEAD = "主管部门"
PLACES = {
    "cover": "编报绩效目标",
    "narrative": "保护馆藏善本",
    "head of the form": HEAD,
    "below the table": "",
}


def with_line(filing: str, printed: str, place: str) -> str:
    return filing.replace(place, f"{printed}\n{place}", 1) if place else f"{filing}{printed}\n"


@pytest.fixture(scope="module")
def readings(request: pytest.FixtureRequest, filing: str) -> dict[tuple[str, str], Reading]:
    """Readings of the filing with the lines and places that the tests of this run look at."""
    items = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    cases = list({(item.callspec.params["printed"], item.callspec.params.get("place", HEAD)): None for item in items})
    contents = [Document(with_line(filing, *case).encode(), "filing.txt") for case in cases]
    return dict(zip(cases, read_documents(contents, "http://localhost:8000/"), strict=True))


@pytest.mark.sampled(3)  # each line in the head all the same, for the next test
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("printed", PRINTED)
def test_person_is_nowhere_to_be_found(printed: str, place: str, readings: dict[tuple[str, str], Reading]) -> None:
    reading = readings[printed, place]
    deposit, account = reading.deposit, reading.account
    assert deposit, reading.refusal
    assert account
    told = [deposit.rendition, deposit.ledger, deposit.contents.projects, [each.text for each in account.unread]]
    kept = json.dumps(told, ensure_ascii=False)
    kept += deposit.source_triples.decode() + deposit.report_triples.decode()
    assert not [secret for secret in SECRETS if secret in kept]
    assert MASK in kept
    assert (reading.projects, reading.indicators) == (1, 4)


@pytest.mark.parametrize("printed", PRINTED)
def test_line_of_a_person_is_a_class_of_its_own(
    filing: str, printed: str, readings: dict[tuple[str, str], Reading]
) -> None:
    deposit = readings[printed, HEAD].deposit
    number = filing[: filing.index(HEAD)].count("\n") + 1
    assert deposit.ledger["lines"][number - 1]["use"] == ("unread" if "填报日期" in printed else "person")


def test_facts_beside_a_person_are_read(filing: str) -> None:
    content = filing.replace("临江市文化局\t", "临江市文化局\t联系人\t赵甲乙\t").encode()
    deposit = read_document(content, "filing.txt", "http://localhost:8000/").deposit
    assert "临江市图书馆（本级）" in deposit.source_triples.decode()
    assert f"联系人\t{MASK}\t实施单位" in json.dumps(deposit.rendition, ensure_ascii=False).replace("\\t", "\t")
