"""Draw the ontology's classes as boxes in columns, with arrows for the properties that lead from one to another.

The drawing is made once and kept as server/templates/ontology.svg; tests/ontology/test_drawing.py holds the file to the
Turtle, and `pytest --regenerate` rewrites the file. The layout is layered (Sugiyama, Tagawa and Toda 1981): a class
stands right of all that lead to it, an arrow over several columns keeps a row free in those between, and rows are
ordered by what they are linked with. Lengths are in pixels.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.server.runtime.rendering import Pages

WIDTH, BOX, LINE = 1980, 266, 17
_GAP, _HEAD, _PORT, _FREE, _MARGIN = 18, 27, 20, 26, 4
_LEAST = 5  # properties that every box has room for
_SWEEPS = 8


@dataclass(frozen=True)
class ClassLink:
    """An arrow of the drawing: `by` is the property from `source` to `target`, None if `target` is a subclass."""

    source: str
    target: str
    by: Term | None


def class_links(classes: Sequence[Term], properties: Sequence[Term]) -> list[ClassLink]:
    """Return the links between the given classes, and from them to classes of other vocabularies."""
    own = {term.iri for term in classes}
    links = [ClassLink(above, term.iri, None) for term in classes for above in term.above if above in own]
    for each in properties:
        # Classes of other vocabularies are drawn too, except those of RDF and RDFS, and datatypes.
        elsewhere = not (each.range or "").startswith((terms.RDF, terms.RDFS, terms.XSD))
        if each.range is not None and (each.range in own or elsewhere):
            links += [ClassLink(domain, each.range, each) for domain in each.domains if domain in own - {each.range}]
    return links


@dataclass(frozen=True)
class Box:
    """A class where it is drawn, with the properties that it has room for; `term` is None for another's class."""

    iri: str
    term: Term | None
    x: float
    y: float
    height: float
    lines: tuple[Term, ...]
    more: int


@dataclass(frozen=True)
class Arrow:
    """A link as it is drawn: an SVG path, and where its name stands."""

    link: ClassLink
    path: str
    x: float
    y: float
    ends: bool


@dataclass(frozen=True)
class Diagram:
    """The whole drawing."""

    width: int
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class _Cell:
    """A row of a column: a class, or the place that a link over several columns keeps free."""

    node: str
    link: ClassLink | None = None


def rendered() -> str:
    """Draw the whole ontology as a template, in which `root` is the path of the site."""
    pages = Pages("http://localhost:8000/", "{{ root }}")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters.update(href=pages.href, short=pages.short)
    template = environment.from_string(
        Path(__file__).with_name("ontology_drawing.svg.jinja").read_text(encoding="utf-8")
    )
    found = reference().values()
    drawing = draw(
        [each for each in found if each.kind == "class"], [each for each in found if each.kind == "property"]
    )
    return template.render(diagram=drawing, box_width=BOX, line=LINE).rstrip() + "\n"


def draw(classes: Sequence[Term], properties: Sequence[Term]) -> Diagram:
    """The drawing of some classes and the properties between them."""
    found = class_links(classes, properties)
    by_iri = {term.iri: term for term in classes}
    nodes = list(dict.fromkeys([*by_iri, *(link.target for link in found)]))
    columns, routes = _columns(_depths(nodes, found), found)
    _order(columns, routes)
    linked = {link.by.iri for link in found if link.by}
    lists = {iri: [p for p in properties if iri in p.domains and p.iri not in linked] for iri in nodes}
    ends = [link.source for link in found], [link.target for link in found]
    room = {iri: _HEAD + max(_wanted(lists[iri]), _PORT * max(side.count(iri) for side in ends)) for iri in nodes}

    def height(cell: _Cell) -> float:
        return _FREE if cell.link else room[cell.node]

    step = (WIDTH - 2 * _MARGIN - BOX) / max(1, len(columns) - 1)
    tall = max(sum(map(height, column)) + _GAP * (len(column) - 1) for column in columns) + 2 * _MARGIN
    places: dict[_Cell, tuple[float, float]] = {}
    for number, column in enumerate(columns):
        y = (tall - sum(map(height, column)) - _GAP * (len(column) - 1)) / 2
        for cell in column:
            places[cell] = (_MARGIN + number * step, y)
            y += height(cell) + _GAP
    boxes = [_box(cell, by_iri.get(cell.node), places[cell], room, lists) for cell in places if cell.link is None]
    return Diagram(WIDTH, tall, tuple(boxes), tuple(_arrows(found, routes, places, height)))


def _wanted(properties: Sequence[Term]) -> float:
    return LINE * (min(len(properties), _LEAST) + (len(properties) > _LEAST)) + (6 if properties else 0)


def _box(
    cell: _Cell,
    term: Term | None,
    place: tuple[float, float],
    room: Mapping[str, float],
    lists: Mapping[str, Sequence[Term]],
) -> Box:
    listed, tall = lists[cell.node], room[cell.node]
    fit = int((tall - _HEAD - 6) / LINE)
    shown = listed if len(listed) <= fit else listed[: max(0, fit - 1)]
    return Box(cell.node, term, *place, tall, tuple(shown), len(listed) - len(shown))


def _depths(nodes: Sequence[str], found: Sequence[ClassLink]) -> dict[str, int]:
    """The column of each class: right of all that lead to it; what nothing leads to stands before what it leads to."""
    before = {node: {link.source for link in found if link.target == node} for node in nodes}

    def depth(node: str, way: frozenset[str]) -> int:
        return max((depth(each, way | {node}) + 1 for each in before[node] - way), default=0)

    depths = {node: depth(node, frozenset({node})) for node in nodes}
    for node in nodes:
        after = [depths[link.target] for link in found if link.source == node]
        if not before[node] and after:
            depths[node] = max(0, min(after) - 1)
    return depths


def _columns(depths: Mapping[str, int], found: Sequence[ClassLink]) -> tuple[list[list[_Cell]], list[list[_Cell]]]:
    """The cells of each column, and for each link the cells that it goes through."""
    columns: list[list[_Cell]] = [[] for _ in range(max(depths.values()) + 1)]
    for node, depth in depths.items():
        columns[depth].append(_Cell(node))
    routes = []
    for link in found:
        kept = [_Cell(str(number), link) for number in range(depths[link.source] + 1, depths[link.target])]
        for cell in kept:
            columns[int(cell.node)].append(cell)
        routes.append([_Cell(link.source), *kept, _Cell(link.target)])
    return columns, routes


def _order(columns: list[list[_Cell]], routes: Iterable[Sequence[_Cell]]) -> None:
    """Put each column into the order of what its cells are linked with in the column after, then before, in turns."""
    pairs = [pair for route in routes for pair in pairwise(route)]
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 1
        for number in range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1):
            beside = columns[number - 1 if forth else number + 1]
            rows = {cell: row / max(1, len(beside) - 1) for row, cell in enumerate(beside)}

            def middle(
                cell: _Cell, forth: bool = forth, rows: Mapping[_Cell, float] = rows, column: int = number
            ) -> float:
                linked = [rows[a] if forth else rows[b] for a, b in pairs if (b if forth else a) == cell]
                own = columns[column].index(cell) / max(1, len(columns[column]) - 1)
                # Unlike sum(), whose rounding changed in Python 3.12, fsum() breaks ties alike in every version.
                return fsum(linked) / len(linked) if linked else own

            columns[number] = sorted(columns[number], key=middle)


def _arrows(
    found: Sequence[ClassLink],
    routes: Sequence[Sequence[_Cell]],
    places: Mapping[_Cell, tuple[float, float]],
    height: Callable[[_Cell], float],
) -> Iterable[Arrow]:
    middles = {cell: y + height(cell) / 2 for cell, (_, y) in places.items()}
    leave = _ports([(n, route[0], middles[route[1]]) for n, route in enumerate(routes)], places, height)
    reach = _ports([(n, route[-1], middles[route[-2]]) for n, route in enumerate(routes)], places, height)
    for number, (link, route) in enumerate(zip(found, routes, strict=True)):
        x, y = places[route[0]][0] + BOX, leave[number]
        path = f"M{x:.0f} {y:.0f}"
        for cell in route[1:]:
            to_x, to_y = places[cell][0], reach[number] if cell is route[-1] else middles[cell] + 6
            bend = (to_x - x) * 0.5
            path += f" C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
            x, y = to_x, to_y
            if cell.link:
                x += BOX
                path += f" H{x:.0f}"
        if kept := [cell for cell in route if cell.link]:
            yield Arrow(link, path, places[kept[0]][0] + BOX / 2, middles[kept[0]] + 1, False)
        else:
            yield Arrow(link, path, x - 12, y - 5, True)


def _ports(
    ends: Sequence[tuple[int, _Cell, float]],
    places: Mapping[_Cell, tuple[float, float]],
    height: Callable[[_Cell], float],
) -> dict[int, float]:
    """Return where on the side of its box each link ends, ordered by the place of its other end."""
    by_cell: dict[_Cell, list[tuple[float, int]]] = {}
    for number, cell, beyond in ends:
        by_cell.setdefault(cell, []).append((beyond, number))
    found = {}
    for cell, linked in by_cell.items():
        apart = height(cell) / (len(linked) + 1)
        for place, (_, number) in enumerate(sorted(linked), 1):
            found[number] = places[cell][1] + apart * place
    return found
