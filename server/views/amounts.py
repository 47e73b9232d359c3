"""Read figures and amounts of money as people type them, in questions and in parameters of views."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.ontology import numerals
from jixiao.ontology.text import folding
from jixiao.ontology.text.wording import any_of

ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千][零〇一二两三四五六七八九十百千万亿]*(?:点[零〇一二三四五六七八九]+)?"
FIGURE = f"{ARABIC}|{CHINESE}"


@cache
def money() -> Mapping[str, Any]:
    """Return the words of amounts.toml."""
    return tomllib.loads(files("jixiao.server.views").joinpath("amounts.toml").read_text(encoding="utf-8"))


def figure(printed: str) -> Decimal:
    """Return the value of a text in digits or Chinese numerals that matches the pattern FIGURE."""
    if printed[0].isascii():
        return Decimal(printed.replace(",", ""))
    before, _, fraction = printed.replace("两", "二").partition("点")
    tail = "".join(str(numerals.number(char)) for char in fraction)
    return Decimal(f"{numerals.number(before)}.{tail}".removesuffix("."))


def amount(text: str) -> Decimal | None:
    """Return the yuan of a text that is an amount, with or without a unit (1.5 million yuan, 100万, 5,000).

    None for any other text.
    """
    plain = re.sub(r"(?<=\d) +(?=\d)", "", " ".join(folding.fold(text).split()))
    match = _amount().fullmatch(plain)
    if match is None:
        return None
    value: Decimal = figure(match["figure"]) * money()["scales"].get(match["scale"] or "", 1)
    return -value if match["minus"] else value


@cache
def _amount() -> re.Pattern[str]:
    words = money()
    return re.compile(
        rf"(?:{any_of(words['before'])} ?)?(?P<minus>-)?(?P<figure>{FIGURE})"
        rf"(?: ?(?P<scale>{any_of(words['scales'])}))?(?: ?{any_of(words['units'])})?"
    )
