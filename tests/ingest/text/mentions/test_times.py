"""The times of a text: what dates mean, frequencies and plans."""

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao.ingest.rendition import Place
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms

HEADER = "@base <http://x/> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in terms.PREFIXES.items())
PROJECT = """<p> a jx:Project ; rdfs:label "绿道"@zh ; jx:year %d ; jx:hasSection <p#s1> ; jx:hasIndicator <p#i1> .
<p#s1> a jx:NarrativeSection ; rdfs:label "年度预算安排"@zh ; jx:text "%s"@zh .
<p#i1> a jx:Indicator ; rdfs:label "巡检次数"@zh ; jx:targetText "9次"@zh ; jx:targetValue 9 ; jx:targetUnit "次" .
"""
SHOWN = (
    "startDate",
    "endDate",
    "stage",
    "thing",
    "months",
    "targetValue",
    "timesPerYear",
    "statedCount",
    "about",
)


def mentions(text: str, year: int = 2024) -> list[str]:
    """Return the class, words and values of each mention, in order."""
    given = serialize(parse(HEADER + PROJECT % (year, text), format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES)
    known: dict[str, dict[str, list[str]]] = {}
    for quad in parse(enriched(given or b""), format=RdfFormat.N_TRIPLES):
        values = known.setdefault(str(quad.subject), {})
        values.setdefault(quad.predicate.value.rpartition("#")[2], []).append(quad.object.value)
    return [
        " ".join(
            [
                max(values["type"]).rpartition("Stated")[2],
                *(f"{n}={','.join(sorted(values[n]))}" for n in SHOWN if n in values),
            ]
        )
        for node, values in known.items()
        if "#m" in node and values["statedIn"] == ["http://x/p#s1"]
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024年5月验收", ["Date startDate=2024-05-01 endDate=2024-05-31"]),
        ("9月招标，次年6月付清", [
            "Date startDate=2024-09-01 endDate=2024-09-30",
            "Date startDate=2025-06-01 endDate=2025-06-30",
        ]),
        ("11月考核，3月支付", [
            "Date startDate=2024-11-01 endDate=2024-11-30",
            "Date startDate=2025-03-01 endDate=2025-03-31",
        ]),
        ("花展3月5日至4月2日", ["Period startDate=2024-03-05 endDate=2024-04-02 months=2"]),
        ("书法进修班在9-10月举办", ["Period startDate=2024-09-01 endDate=2024-10-31 months=2"]),
        ("2023年预算安排5万元", ["Date startDate=2023-01-01 endDate=2023-12-31 thing=预算", "Money targetValue=50000"]),
        ("2021年5月《通知》甲财发〔2020〕3号", ["Date startDate=2021-05-01 endDate=2021-05-31"]),
        ("每半年巡检两次", ["Frequency timesPerYear=4 about=http://x/p#i1"]),
        ("报告会逐月举办，每月1次，全年合计4次；", ["Frequency timesPerYear=12 statedCount=4"]),
        ("助力“十四五”开局", ["Plan startDate=2021-01-01 endDate=2025-12-31 stage=50 thing=十四五"]),
        ("贷款期限3年，质保期2年，“十四五”期间", []),
    ],
)  # fmt: skip
def test_times_of_a_sentence(text: str, found: list[str]) -> None:
    assert mentions(text) == found


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("2018-2022年规划", ["2018-2022年"]),
        ("“十四五”（2020-2025）专项规划", ["2020-2025"]),
        ("2024-2025", ["2024-2025"]),
        ("在3-5月和3月3-5日", ["3-5月", "3月3-5日"]),
        ("电话2024-2010", []),
    ],
)
def test_the_first_of_two_dates_may_lack_its_word(text: str, spans: list[str]) -> None:
    prose = Prose("x", "section", Flow.of_lines(text, Place(1, 1)))
    assert [text[each.first.start : each.last.end] for each in prose.spans] == spans


def test_a_year_of_three_digits_is_a_year() -> None:
    """The form has 0222年度, with two digits of 2022 the wrong way round."""
    assert mentions("3月验收", 222) == ["Date startDate=0222-03-01 endDate=0222-03-31"]
