"""A scan's filing goes by a name of its body that is sure, wherever in the file it stands."""

import pytest

from jixiao.ingest.certainty import identities
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Extraction
from jixiao.ingest.resolve import filing_body
from tests.support.scanned import FORM, scanned

COVER = "{body}2023年度项目绩效目标设置情况\n编报绩效目标的项目2个。\n\n"


def text(*bodies: tuple[str, str], cover: str = "") -> str:
    head = COVER.format(body=cover) if cover else ""
    return head + "\n".join(
        FORM.format(name=f"古籍修复{n}", department=one, unit=two, year=2023) for n, (one, two) in enumerate(bodies)
    )


def filed_by(read: Extraction) -> list[str | None]:
    bodies = [filing_body(read.cover, project) for project in read.projects]
    return [body.text if body else None for body in bodies]


SETTLED = [
    # The cell of one form is misread: a name counts from which it differs in characters in doubt alone.
    ([("临江市文化厄", "临江市文化局"), ("临江市文化局", "临江市文化局")], "", ["临江市文化局"] * 2),
    ([("临江市文化厄", "临江市图书馆"), ("临江市文化局", "临江市图书馆")], "", ["临江市文化局"] * 2),
    ([("临江市文化厄", ""), ("临江市文化局", "")], "", ["临江市文化局"] * 2),
    # Others are no readings of it: they are longer, differ in what was read for sure, or in what tells names apart.
    ([("临江市文化厄", ""), ("临江市文化旅游局", "")], "", ["临江市文化厄", "临江市文化旅游局"]),
    ([("临江市文物厄", ""), ("临江市文化局", "")], "", ["临江市文物厄", "临江市文化局"]),
    ([("临江市第二小厄", ""), ("临江市第三小学", "")], "", ["临江市第二小厄", "临江市第三小学"]),
    # Two names may be meant.
    (
        [("临江市文化厄", ""), ("临江市文化局", ""), ("临江市文化馆", "")],
        "",
        ["临江市文化厄", "临江市文化局", "临江市文化馆"],
    ),
    # So is the cover.
    ([("临江市文化局", ""), ("临江市文化局", "")], "临江市文化厄", ["临江市文化局"] * 2),
    # No name is sure: nothing is better than what was read.
    ([("临江市文化厄", ""), ("临江市图书馆", "")], "", ["临江市文化厄", "临江市图书馆"]),
]


@pytest.mark.parametrize(("forms", "cover", "expected"), SETTLED)
def test_a_name_that_is_not_sure_gives_way(forms: list[tuple[str, str]], cover: str, expected: list[str]) -> None:
    written = text(*forms, cover=cover)
    low = {"厄": 0.5} | ({"馆": 0.5} if "临江市图书馆" in expected and "临江市文化厄" in expected else {})
    rendition = scanned(written, low)
    assert filed_by(identities.settled(extract(rendition), rendition)) == expected


def test_sure_names_stay(filing: str) -> None:
    for written in (filing, text(("临江市文化厄", ""), ("临江市文化局", ""))):
        rendition = scanned(written)
        read = extract(rendition)
        assert identities.settled(read, rendition) is read
