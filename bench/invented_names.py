"""Name the bodies and the documents of invented filings; invented_names.toml has their parts.

Documents come from one list, of which filings cite a few often and most seldom.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

YEARS = range(2019, 2025)
_NAMES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("invented_names.toml").read_text(encoding="utf-8")
)
_NUMBERS = 1500
_MISSION_RANK = 16
"""Place of the mission's number among the most cited: some three dozen of 10,000 projects cite it."""


@dataclass(frozen=True)
class Number:
    """The number of a document that invented filings cite, in its parts, and the document's title."""

    code: str
    year: int
    serial: int
    title: str

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.serial}号"


MISSION = Number("松委发", 2009, 97, "关于进一步加强机关工作的意见")


def pool() -> list[Number]:
    """Return the same list of invented document numbers each time, the most cited first."""
    rng = Random("numbers")  # noqa: S311
    drawn: dict[tuple[str, int, int], Number] = {}
    while len(drawn) < _NUMBERS:
        code = rng.choice(_NAMES["districts"])[0] + rng.choice(_NAMES["codes"])
        year, serial = rng.randint(2003, 2024), rng.randint(1, 150)
        title = f"关于做好{year}年第{serial}批{rng.choice(_NAMES['topics'])}工作的通知"
        drawn.setdefault((code, year, serial), Number(code, year, serial, title))
    numbers = list(drawn.values())
    numbers[_MISSION_RANK] = MISSION
    return numbers


def body(n: int) -> str:
    """Return the name of the filing body with number `n`, from 0."""
    districts, offices = _NAMES["districts"], _NAMES["offices"]
    round_, within = divmod(n, len(districts) * len(offices))
    office, district = divmod(within, len(districts))
    return f"{districts[district]}区{offices[office]}" + (f"第{round_ + 1}分局" if round_ else "")
