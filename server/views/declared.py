"""Find the filings whose files declare more than was read of them, since sums over such filings may be incomplete."""

from collections.abc import Callable, Sequence

from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import KINDS, Given, several, split

_RULE, _KEPT = "CoverNotRead", ("department", "region")


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
