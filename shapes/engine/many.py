"""Answer the queries of rules for many documents at once, because Oxigraph parses a query each time.

Each document is a named graph of one store, so that no row joins facts of two documents, whatever they share.
"""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from jixiao.shapes.engine.compiled import Rule
from jixiao.shapes.engine.data import Data, Term


def answer(rules: Iterable[Rule], documents: Sequence[Data]) -> None:
    """Run the queries of the rules, and keep the rows of each document in its `answers`."""
    if len(documents) < 2:
        return
    store = ox.Store()
    named: dict[Term, Data] = {}
    for number, document in enumerate(documents):
        name = ox.NamedNode(f"document:{number}")
        document.load(store, name)
        named[name] = document
    for query in (query for rule in rules for query in rule.queries):
        if query.over_graphs and any(query.need(document) for document in documents):
            for document in documents:
                document.answers[query.text] = []
            for graph, row in query.answers(store):
                named[graph].answers[query.text].append(row)
