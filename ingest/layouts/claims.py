"""Sums of money in running text: what a narrative claims for its project, what a cover declares."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.model import Claim, Printed, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.values.amounts import NUMBER, UNIT, decimal, scale, step

# What a publisher has masked (****000元) is no number.
_MONEY = rf"(?<![*＊×xX.])(?P<digits>{NUMBER})\s*(?P<unit>{UNIT})"
_LINK = r"(?:\s*(?:约|为|共计|共|计|合计|总计|是|：|:|人民币|金额|大约|近|预计)){0,6}\s*"
# From the claim that says most exactly what this year's form asks for, to the vaguest.
_CLAIMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:此次|本次|本年度?|今年|当年)\s*(?:拟)?(?:申请|安排|需要?)(?:财政)?(?:金额|资金|预算|经费)*{_LINK}{_MONEY}",
        rf"(?:均分|分)[^，。；]{{0,8}}年[^。；]{{0,8}}每年{_LINK}{_MONEY}",
        rf"(?:项目总?预算|整个项目预算|预算资金|预算总额|资金总额|预算总金额|总预算|总投资|所需资金|项目经费|经费预算|预算金额){_LINK}{_MONEY}",
        rf"(?:合计|共计|总计){_LINK}{_MONEY}",
    )
)
# What a section about the year's money begins with: 2026年度预算安排50万元，其中…, or nothing but a sum.
_YEAR = r"(?:(?P<year>(?:19|20)\d{2})\s*年度?)?"
_ALLOTTED = re.compile(rf"\s*{_YEAR}(?:[^，,。；;\d*]{{0,24}}(?:安排|申请|预算|拨款|资金|经费|投入){_LINK})?{_MONEY}")


def narrative_amount(sections: Sequence[Section], year_section: str) -> Claim | None:
    """The amount, in yuan, that a narrative claims for its project as the form funds it.

    A claim about this year goes before one about the whole contract; a bare total (合计) counts only where it is one.
    At last counts what the section about the year's money (`year_section`) begins with.
    """
    texts = [section.text for section in sections]
    for rank, pattern in enumerate(_CLAIMS):
        found = [claim for text in texts for claim in _found(pattern, text)]
        if found and (rank < len(_CLAIMS) - 1 or len({claim.value for claim in found}) == 1):
            return found[0]
    return next(
        (claim for section in sections if section.meaning == year_section for claim in _allotted(section.text)), None
    )


def _allotted(text: Printed) -> Iterator[Claim]:
    for place, line in text.parts[:1]:
        if found := _ALLOTTED.match(line):
            yield replace(claim(found, (place,)), year=int(found["year"]) if found["year"] else None)


def _found(pattern: re.Pattern[str], text: Printed) -> Iterator[Claim]:
    for place, line in text.parts:
        for match in pattern.finditer(line):
            yield claim(match, (place,))


def claim(found: re.Match[str], places: tuple[Place, ...]) -> Claim:
    """The yuan of a number (`digits`) and its `unit` as printed in running text."""
    unit = scale(found["unit"])
    return Claim(decimal(found["digits"]) * unit, places, step(found["digits"], unit))
