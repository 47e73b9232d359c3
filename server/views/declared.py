"""Find the filings whose files declare more than was read of them, since sums over such filings may be incomplete."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.views.answers import Answer, Row
from jixiao.server.views.parameters import KINDS, Given, several, split
from jixiao.server.views.view_files import PAGING
from jixiao.store import bounded_cache

_RULE = "CoverNotRead"
_KEPT = ("department", "region")
_CHARTED = ("by", "of", "version")
_BROAD = {*_KEPT, *PAGING, *_CHARTED, "responsible", "outside", "level", "year", "first", "second", "years"}
"""Parameters on bodies, places and years, which filings have too; all others are conditions on projects or parts."""

Caveat = Callable[[Given], Bilingual | None]
"""A function that returns the sentence of caveat() for parameters."""


def declared(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> list[Row]:
    """Return the findings on filings of the bodies, regions and years in `given`; none if it leaves regions out.

    `answers` returns rows of the view of a name for parameters.
    """
    texts = [part for text in several(given.get("year", "")) for part in split(text)]
    years = {getattr(year, "value", "") for text in texts for year in KINDS["year"].read(text, text, "")}
    asked = {"fault": _RULE, **{name: given[name] for name in _KEPT if several(given.get(name, ""))}}
    try:
        found = [] if "outside" in given else answers("findings", asked)
    except ParameterError:  # names that bear the text are too many to choose among
        found = answers("findings", {name: typed for name, typed in asked.items() if name != "department"})
    return [row for row in found if not years or str(row["filing"]).rpartition("/")[2] in years]


def caveat(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> Bilingual | None:
    """Return the sentence on sums for `given`, for pages and files, on how many files declare other numbers.

    None if no file does. Under a condition on projects themselves no file is named, since none is known to have to do
    with them.
    """
    short = declared(answers, given)
    if not short:
        return None
    if _is_on_projects(given):
        return Bilingual(
            f"合计和个数可能不全：{len(short)} 份来源文件所称的项目数或金额不是读到的；"
            "没有读到的项目合不合这里的条件，不知道。",
            f"Sums and numbers may be incomplete; source files that declare other numbers than were read: {len(short)}."
            " It is not known if projects that were not read meet the conditions here.",
        )
    name = filing_name(str(short[0]["filing"]), str(short[0]["filingName"] or ""))
    zh, en = (str(short[0][column]).rstrip("。.") for column in ("message", "messageEn"))
    return Bilingual(
        f"合计和个数可能不全：{len(short)} 份来源文件所称的项目数或金额不是读到的，如{name.zh}（{zh}）；"
        "断在中途的文件也可能另有项目。",
        f"Sums and numbers may be incomplete; source files that declare other numbers than were read: {len(short)},"
        f" such as {name.en} ({en}). Files that break off may hold further projects too.",
    )


class Caveats(bounded_cache.BoundedCache[Bilingual | None]):
    """Cache of the sentences of caveat() by version of the dataset, of which every answer with sums asks for one."""

    def __init__(self) -> None:
        super().__init__(1024)

    def of(self, version: str, answers: Callable[[str, Given], Sequence[Row]], given: Given) -> Bilingual | None:
        """Return the sentence for `given` in a version. Raises as `answers` does."""
        read_from = {name: tuple(several(given.get(name, ""))) for name in (*_KEPT, "year")}
        key = version, "outside" in given, _is_on_projects(given), *read_from.values()
        if any(read_from[name] for name in _KEPT) and self.of(version, answers, {}) is None:
            return None  # where no file declares more, none of a body or region does
        return self.get_or_make(key, lambda: caveat(answers, given))


def _is_on_projects(given: Given) -> bool:
    """Return True if parameters are conditions on projects or their parts, which filings as wholes do not meet."""
    return any(several(typed) for name, typed in given.items() if name not in _BROAD)


def of_bodies(view: str, given: Given) -> Given:
    """Return the parameters of a view; the text that the names in a list of bodies contain is that of their filings."""
    return {("department" if view == "org" and name == "text" else name): typed for name, typed in given.items()}


def filing_name(iri: str, label: str) -> Bilingual:
    """Return the name of a filing: its label, which is Chinese, and in English its body with the year."""
    year = iri.rpartition("/")[2]
    zh, en = ("", "") if year == "0" else (f"（{year}）", f" ({year})")
    body = label.removesuffix("绩效目标申报").removesuffix("年度").removesuffix(year)
    return Bilingual(
        label or f"没有读到机构的申报{zh}", f"{body}{en}" if label else f"Filing of a body that was not read{en}"
    )


def with_caveat(answer: Answer, of: Caveat) -> Answer:
    """Return an answer, if it has sums of money, with the sentence that `of` returns for its parameters."""
    return replace(answer, caveat=of(of_bodies(answer.view, answer.params))) if "amount" in answer.totals() else answer
