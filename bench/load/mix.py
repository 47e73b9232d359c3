"""Draw a day's mixture of requests: lookups, views, pages, mistakes, time-outs, hang-ups, large results, crashes.

The requests follow one another without end, each with its proper answers; equal seeds give equal requests.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from urllib.parse import quote, urlsplit

from bench.load import http as wire
from bench.load.lookups import Lookup, lookups, query, rows_of
from jixiao.store import Generation

BUSY = frozenset({429, 503})
"""Statuses that a server may give to any request while it is overloaded or has lost the worker."""
HTML, JSON, TURTLE = "text/html", "application/json", "text/turtle"
_DEPTH = 600  # levels of IF within IF, which crash the engine


@dataclass(frozen=True)
class Ask:
    """A request and its proper answers.

    `right` checks the body of an answer with status 200; `proper` are the statuses allowed. The client hangs up after
    `patience` seconds, or never if None; a `slow` client reads in small parts.
    """

    kind: str
    request: bytes
    right: Callable[[bytes], bool] | None = None
    proper: frozenset[int] = frozenset({200})
    patience: float | None = None
    slow: bool = False


class Mix:
    """The requests to a server over a store, with numbers, projects and sources that the store has."""

    def __init__(self, generation: Generation) -> None:
        self._asked = lookups(generation, 64)
        self._sources = [f"/source/{sha16}" for sha16, record in sorted(generation.sources.items()) if record.live]
        rows = [str(row["project"]) for lookup in self._asked for row in lookup.rows]
        self._things = sorted({urlsplit(iri).path for iri in rows})
        self._fresh = count(1)
        self._bodies: dict[str, bytes] = {}

    def requests(self, seed: int = 1) -> Iterator[Ask]:
        """Draw requests without end."""
        rng = Random(seed)  # noqa: S311
        kinds = [each for each, _ in self._weights()]
        weights = [weight for _, weight in self._weights()]
        while True:
            yield rng.choices(kinds, weights)[0](rng)

    def _weights(self) -> Sequence[tuple[Callable[[Random], Ask], float]]:
        return (
            (self._lookup, 600),
            (self._fresh_lookup, 50),
            (self._view, 120),
            (self._other_view, 15),
            (self._page, 150),
            (self._mistake, 50),
            (self._timeout, 3),
            (self._hang_up, 3),
            (self._large, 2),
            (self._slow_reader, 1),
            (self._crash, 1),
        )

    def _lookup(self, rng: Random) -> Ask:
        lookup = rng.choice(self._asked)
        if rng.random() < 0.5:
            return Ask("lookup", _sparql(lookup.sparql), self._rows(lookup))
        return Ask("lookup", wire.get(f"/sparql?{wire.encoded([('query', lookup.sparql)])}"), self._rows(lookup))

    def _fresh_lookup(self, rng: Random) -> Ask:
        lookup = rng.choice(self._asked)
        return Ask("fresh lookup", _sparql(f"{lookup.sparql}# {next(self._fresh)}\n"), self._rows(lookup))

    def _view(self, rng: Random) -> Ask:
        lookup = rng.choice(self._asked)
        target = f"/views/projects-citing?{wire.encoded([('number', lookup.number)])}"
        accept = rng.choice((JSON, JSON, HTML, "text/csv"))
        return Ask("view", wire.get(target, accept), self._rows(lookup) if accept == JSON else None)

    def _other_view(self, rng: Random) -> Ask:
        target = rng.choice(("/views/legal-bases?limit=50", "/views/spending", "/views/projects?limit=50", "/views"))
        return Ask("other view", wire.get(target, rng.choice((JSON, HTML))))

    def _page(self, rng: Random) -> Ask:
        thing = rng.choice(self._things)
        target = rng.choice(
            (thing, thing.replace("/id/", "/doc/", 1), rng.choice(self._sources), "/", "/health", "/static/style.css")
        )
        return Ask("page", wire.get(target, rng.choice((HTML, TURTLE, "*/*"))), proper=frozenset({200, 303, 406}))

    def _mistake(self, rng: Random) -> Ask:
        mistakes = (
            (_sparql("SELECT ?x WHERE { ?x ?y }"), 400),
            (wire.get("/views/projects-citing", JSON), 400),
            (wire.get(f"/views/projects-citing?number={quote('没有字号')}", JSON), 400),
            (wire.get("/id/project/none"), 404),
            (wire.get("/nowhere"), 404),
            (_sparql("ASK { ?s ?p ?o }", accept="image/png"), 406),
            (wire.post("/sparql", [("update", "CLEAR ALL")]), 400),
            (_sparql("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), 400),
        )
        request, status = rng.choice(mistakes)
        return Ask("mistake", request, proper=frozenset({status, *({403, 422} if status == 400 else {303})}))

    def _timeout(self, _: Random) -> Ask:
        return Ask("time-out", _sparql(query("heavy-product"), timeout="1"), proper=frozenset({504}))

    def _hang_up(self, rng: Random) -> Ask:
        name = rng.choice(("heavy-product", "heavy-properties", "large"))
        return Ask("hang-up", _sparql(query(name)), patience=rng.uniform(0.0, 0.6))

    def _large(self, _: Random) -> Ask:
        return Ask("large result", _sparql(f"{query('large')}OFFSET {next(self._fresh)}\n"))

    def _slow_reader(self, _: Random) -> Ask:
        return Ask("slow reader", _sparql(f"{query('large')}OFFSET {next(self._fresh)}\n"), patience=3, slow=True)

    def _crash(self, _: Random) -> Ask:
        nested = "IF(true, " * _DEPTH + "1" + ", 0)" * _DEPTH
        return Ask("crash", _sparql(f"SELECT ({nested} AS ?x) {{}}"), proper=frozenset({200, 400, 413, 503}))

    def _rows(self, lookup: Lookup) -> Callable[[bytes], bool]:
        def right(body: bytes) -> bool:
            """Tell if the rows are those expected; equal bodies are parsed once."""
            known = self._bodies.get(lookup.number)
            if body == known:
                return True
            found = rows_of(body, lookup.columns) == lookup.rows
            if found:
                self._bodies[lookup.number] = body
            return found

        return right


def _sparql(text: str, accept: str = wire.RESULTS, **more: str) -> bytes:
    return wire.post("/sparql", [("query", text), *more.items()], accept)
