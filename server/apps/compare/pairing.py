"""Pair the rows of several sides by name; a name that occurs several times on one side is not paired."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.identity import key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare import result
from jixiao.server.views.answers import Row


@dataclass(frozen=True)
class Pairs:
    """Rows of the sides, paired by name.

    `both` has the rows of each name that all sides have, one per side; `some` those of each name that some sides lack,
    with None for these; `several` has, for each side, the rows by name of the names that are not paired.
    """

    both: Sequence[Sequence[Row]]
    some: Sequence[Sequence[Row | None]]
    several: Sequence[Mapping[str, Sequence[Row]]]

    def unpaired(
        self,
        code: str,
        heading: Bilingual,
        rows_are: Bilingual,
        cell: Callable[[Sequence[Row]], result.Cell],
        most: int | None = None,
    ) -> result.Section:
        """Return the table of names that are not paired, because one side has several rows with the name.

        `rows_are` names the rows in the title (projects, indicators), `cell` makes a side's cell from its rows, and
        `most` is the number of rows to show.
        """
        shown: dict[str, str] = {}
        for side in self.several:
            for name, rows in side.items():
                shown.setdefault(name, str(rows[0]["name"]))
        return result.Section(
            code,
            Bilingual(
                f"没有配对的同名{rows_are.zh}（{len(shown)} 个名称）",
                f"Names borne by several {rows_are.en} ({len(shown)}), not paired",
            ),
            heading,
            [
                result.Row(printed, [cell(side.get(name, ())) for side in self.several])
                for name, printed in shown.items()
            ],
            most=most,
        )


def paired(sides: Sequence[Sequence[Row]]) -> Pairs:
    """Return the rows of the sides paired by their column `name`, in the order of the first side that has the name."""
    by_name: list[dict[str, list[Row]]] = []
    for rows in sides:
        named = defaultdict(list)
        for row in rows:
            named[key(str(row["name"]))].append(row)
        by_name.append(dict(named))
    twice = {name for side in by_name for name, rows in side.items() if len(rows) > 1}
    once = [name for name in dict.fromkeys(name for side in by_name for name in side) if name not in twice]
    found = [[side[name][0] if name in side else None for side in by_name] for name in once]
    return Pairs(
        both=[[row for row in rows if row is not None] for rows in found if None not in rows],
        some=[rows for rows in found if None in rows],
        several=[{name: rows for name, rows in side.items() if name in twice} for side in by_name],
    )
