"""Find the filings whose files declare more than was read of them, since sums over such filings may be incomplete."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.answers import Answer, Row
from jixiao.server.views.parameters import KINDS, Given, several, split

_RULE = "CoverNotRead"
_KEPT = ("department", "region")


def declared(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> list[Row]:
    """Return the findings on filings of the bodies, regions and years in `given`; none if it leaves regions out.

    `answers` returns rows of the view of a name for parameters.
    """
    texts = [part for text in several(given.get("year", "")) for part in split(text)]
    years = {getattr(year, "value", "") for text in texts for year in KINDS["year"].read(text, text, "")}
    asked = {"fault": _RULE, **{name: given[name] for name in _KEPT if several(given.get(name, ""))}}
    return [
        row
        for row in ([] if "outside" in given else answers("findings", asked))
        if not years or str(row["filing"]).rpartition("/")[2] in years
    ]


def caveat(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> Bilingual | None:
    """Return the sentence on sums for `given`: how many filings declare more than was read; None if none does."""
    short = declared(answers, given)
    return (
        Bilingual(
            f"有 {len(short)} 份申报读到的项目少于文件所称的，如“{short[0]['filingName']}”；合计和个数可能不全。",
            f"Of {len(short)} filings fewer projects were read than the files declare, as of"
            f" “{short[0]['filingName']}”; sums and numbers may not be complete.",
        )
        if short
        else None
    )


def with_caveat(answer: Answer, answers: Callable[[str, Given], Sequence[Row]]) -> Answer:
    """Return an answer, if it has sums of money, with the sentence of caveat()."""
    return replace(answer, caveat=caveat(answers, answer.params)) if "amount" in answer.totals() else answer
