"""Texts that no field of a form claims are found with their project, and none that names a person is among them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.ingest.emitting.emit import Source, emit
from jixiao.ingest.emitting.loose import loose
from jixiao.ingest.errors import IngestError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Extraction, Printed
from jixiao.ingest.readers import read
from jixiao.ingest.resolve import Resolver
from jixiao.ontology.identity import Iris
from tests.support.forms import form

CASES = sorted(Path(__file__).parents[1].glob("cases/*/filing.txt"))
IRIS, SHA256 = Iris("http://localhost:8000/"), "0" * 64
LETTER = "现将2023年度预算项目的绩效目标随文报送，\n请一并审核。\n联系人：王小渡，电话：0577-8123456。\n柳溪县交通局\n"
NOTE = "备注：渡口之外另修码头三处。\n"


def found(extraction: Extraction) -> Iterator[tuple[int | None, Printed]]:
    resolver = Resolver(extraction)
    stated = emit(resolver, Source(SHA256, "filing.txt", "text/plain", 1), IRIS).facts.stated
    return loose(extraction, stated, [each.iri for each in resolver.identify(IRIS, SHA256)])


def texts(filing: str) -> list[tuple[int | None, str]]:
    return [(at, printed.text) for at, printed in found(extract(read(filing.encode())))]


def test_form_that_is_read_whole_leaves_no_text() -> None:
    assert texts(form("渡口修缮") + form("码头照明")) == []


def test_letter_is_of_the_filing_and_a_note_of_the_form_above_it() -> None:
    assert texts(LETTER + form("渡口修缮") + NOTE + form("码头照明") + NOTE.replace("三", "四")) == [
        (None, "现将2023年度预算项目的绩效目标随文报送，\n请一并审核。"),
        (None, "柳溪县交通局"),
        (0, NOTE.strip()),
        (1, NOTE.strip().replace("三", "四")),
    ]


def test_citation_takes_its_words_and_leaves_the_notice_and_the_table_below_it() -> None:
    notice = (
        "根据《柳溪县渡口管理办法》（柳政发〔2023〕5号），现下达55万元，分配如下：\n东渡镇\t35万元\n西渡镇\t25万元\n"
    )
    told = "\n".join(text for at, text in texts(notice + form("渡口修缮")) if at is None)
    assert all(words in told for words in ("现下达55万元", "东渡镇\n35万元", "西渡镇\n25万元"))


def test_note_below_a_list_is_of_no_project_alone() -> None:
    rows = (
        "序号\t项目名称\t主管部门\t年度资金总额（万元）\t年度目标\n1\t渡口修缮\t柳溪县交通局\t30\t两处渡口安全通行。\n"
    )
    rows += "2\t码头照明\t柳溪县交通局\t12\t码头夜间有灯。\n3\t航标更新\t柳溪县交通局\t8\t航标全部更新。\n"
    filing = "2024年项目支出绩效目标汇总表\n" + rows + "以上各项目在年底前完工，合计60万元。\n"
    assert (None, "以上各项目在年底前完工，合计60万元。") in texts(filing)
    assert {at for at, _ in texts(filing)} == {None}


@pytest.mark.parametrize(
    "line",
    [
        "项目负责人\t王小渡\t联系电话\t0577-8123456",
        "填表人：王小渡  电话：0577-8123456",
        "经办：王小渡（0577-8123456）",
    ],
)
def test_line_with_a_person_is_left_out_wholly(line: str) -> None:
    told = "".join(text for _, text in texts(f"{line}\n{form('渡口修缮')}{line}\n{NOTE}{line}\n"))
    assert NOTE.strip() in told
    assert not any(words in told for words in ("王小渡", "8123456"))


@pytest.mark.sampled(4)
@pytest.mark.parametrize("path", CASES[::8], ids=[path.parent.name for path in CASES[::8]])
def test_no_text_is_on_a_line_of_which_anything_is_masked(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "ignore")
    try:
        extraction = extract(read(f"{text.rstrip()}\n项目负责人：王小渡  联系电话：0577-8123456\n".encode()))
    except IngestError:
        return
    masked = {*extraction.hidden, *(place.line for place in extraction.persons)}
    assert masked
    assert masked.isdisjoint(place.line for _, printed in found(extraction) for place in printed.places)
