"""A graph that is merged step by step, as a store's generations are, and decisions to apply to it."""

from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from jixiao.ontology import terms
from jixiao.store.changes import Editor
from jixiao.store.commit import merge
from jixiao.store.decisions import effects

BASE = "https://data.example.org/"
DEFAULT, REGISTRY = DefaultGraph(), NamedNode(f"{BASE}graph/registry")
TYPE, AMOUNT = NamedNode(terms.RDF_type), NamedNode(terms.totalAmount)


def thing(name):
    return NamedNode(f"{BASE}id/{name}")


def source(letter):
    return NamedNode(f"{BASE}graph/source/{letter}")


def zh(text):
    return Literal(text, language="zh")


def decided(number, kind, **says):
    node = NamedNode(f"{BASE}id/decision/{number}")
    triples = [Triple(node, NamedNode(getattr(terms, name)), value) for name, value in says.items()]
    return [Triple(node, TYPE, NamedNode(kind)), *triples]


def same(number, kept, merged):
    return decided(number, terms.Identification, keeps=thing(kept), merges=thing(merged))


def correct(number, node, value, printed=None, prop=AMOUNT):
    said = {"concerns": thing(node), "correctedProperty": prop, "correctedValue": value}
    return decided(number, terms.Correction, **said, **({"printedValue": printed} if printed is not None else {}))


def in_force(*each):
    return effects.from_triples([triple for triples in each for triple in triples], REGISTRY)


class Kept:
    """A graph that is changed step by step, as generations are; at first by contents of the sources a, b and so on."""

    def __init__(self, *contents):
        self.graph, self.now, self.decisions = Store(), {}, effects.NONE
        self.alternates = lambda _iri, _sha16: ()
        for letter, content in zip("abcdef", contents, strict=False):
            self.step(letter, content)

    def step(self, letter=None, content=(), after=None):
        drop, add = [], []
        if letter is not None:
            drop += [source(letter)] if letter in self.now else []
            add.append((source(letter), content))
            self.now[letter] = content
        after = self.decisions if after is None else after
        if after.triples != self.decisions.triples:
            drop.append(REGISTRY)
            add.append((REGISTRY, {*after.triples, *after.links()}))
        editor = Editor(self.graph)
        merge.change(editor, drop, add, self.decisions, after, alternates=self.alternates)
        merge.accept(editor, REGISTRY, after)
        self.decisions = after

    def said(self, subject, predicate):
        return {q.object for q in self.graph.quads_for_pattern(subject, predicate, None, DEFAULT)}


def histories(triples, decisions):
    """A strategy of steps: a source's name and its triples, or None and the decisions then in force."""
    content = st.tuples(st.sampled_from("abc"), st.frozensets(triples, max_size=8))
    registry = st.tuples(st.none(), st.lists(st.sampled_from(decisions), max_size=4))
    return st.lists(st.one_of(content, registry), min_size=1, max_size=8)


def replayed(history):
    kept = Kept()
    for letter, content in history:
        if letter is None:
            kept.step(after=in_force(*content))
        else:
            kept.step(letter, content)
    return kept


def assert_as_fresh(kept):
    """A graph made of the same sources and decisions at once is the same."""
    fresh = Kept()
    fresh.step(after=kept.decisions)
    for letter, content in kept.now.items():
        fresh.step(letter, content)
    assert set(kept.graph) == set(fresh.graph)
