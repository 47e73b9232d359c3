"""Pair rows of several sides by name; a name that several rows of one side have is not paired."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.identity import key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare import result
from jixiao.server.views.columns import Row


@dataclass(frozen=True)
class Pairs:
    """Rows by name: those that all sides have, those that some sides lack, and per side names with several rows."""

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
        """Return the table of names that several rows of a side have; `cell` makes a cell of the rows of a side."""
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
    """Pair rows of the sides by name, in the order of the first side that has them."""
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
