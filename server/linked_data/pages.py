"""Render the page of a thing, of a project or of a list.

The ontology has labels for a thing's own properties; REFERRING has labels for properties seen from their object.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode
from starlette.responses import Response

from jixiao.ontology import properties, terms
from jixiao.ontology.places import places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import metadata, protocols
from jixiao.server.http import negotiation, requests, signposting
from jixiao.server.linked_data import kinds, tables
from jixiao.server.linked_data.things import StatementIndex, Thing, Value
from jixiao.server.query.binding import origins
from jixiao.server.runtime.service import Service
from jixiao.server.sentences import Sentences
from jixiao.server.views import answers, parameters, view_files
from jixiao.server.views.published import ROWS, answer_from, file, filings, page, show, views

_STATED = tomllib.loads(Path(__file__).with_name("referring.toml").read_text(encoding="utf-8"))
REFERRING: Mapping[str, Bilingual] = {terms.expanded(name): Bilingual(*words) for name, words in _STATED.items()}
_sentence = Sentences(Path(__file__).with_name("sentences.toml"))
_HEADING = (terms.RDFS_label, terms.RDF_type, terms.origin)
"""Properties left out of a thing's table of facts, since the page shows them above it. A body has a full name there,
which may be longer than the printed one."""


_NAMESAKE = "namesake"
"""First column of the table of other documents under one number, which its page shows as a warning."""


def thing(
    service: Service, now: protocols.Edition, shown: Thing, document: metadata.Document, links: list[signposting.Link]
) -> Response:
    """Return the page of the thing `shown`, about the RDF in `document`, with the headers for `links`.

    The page has the thing's own tables, its statements and the lists of things that refer to it; with the second page
    of these lists, only the lists.
    """
    node, base = shown.node.value, service.store.base_iri
    kind = kinds.of(shown.classes)
    name = shown.index.name(node).replace(node, f"/{node.removeprefix(base)}")
    profile = tables.profile(service, now, kind.name, shown.node) if kind and shown.page == 1 else []
    evaluated = None
    if kind and kind.name == tables.EVALUATION and shown.page == 1:
        profile = [tables.with_lines(service, table) for table in profile]
        profile.append(tables.results(service, now, shown.node))
        evaluated = tables.beside(service, node, profile)
    record = now.sources.get(node.rpartition("/")[2]) if kind and kind.name == "source" else None
    # If a table has all projects of the thing, the lists of projects by property are left out.
    covered = _COVERING if any(table.columns[0].name == "project" and not table.cut for table in profile) else ()
    return service.pages.html(
        "thing.html",
        name=name,
        node=node,
        kind=kind,
        classes=sorted(shown.classes),
        facts=_facts(shown, now),
        origins=origins(partial(service.run, now), [node]).get(node, ()),
        totals=next((table for table in profile if table.limit == 1), None),
        namesakes=next((table for table in profile if table.columns[0].name == _NAMESAKE), None),
        tables_of_thing=[table for table in profile if table.limit > 1 and table.columns[0].name != _NAMESAKE],
        evaluated=evaluated,
        fragment=_fragment(shown) if kind and kind.name == "org" else None,
        sections=_sections(service, now, shown, covered),
        more=None if kind is None else kind.more(node, base),
        record=record,
        filings=filings(service, record) if record else (),
        document=document,
        links=links,
        credit=service.credit(now),
    )


def project(
    service: Service, now: protocols.Edition, node: NamedNode
) -> Callable[[list[signposting.Link]], Response] | None:
    """Return a function that renders a project's page with the view `project`; None if the node is no project.

    Raises the errors of Pool.run.
    """
    base = service.store.base_iri
    kind = kinds.BY_NAME["project"]
    if not node.value.startswith(f"{base}id/{kind.name}/"):
        return None
    view = views(service)["project"]
    given = {"project": f"/{node.value.removeprefix(base)}"}
    answered = answer_from(service, now, view, given)
    if not answered.rows:
        return None
    document = metadata.Document(base, f"doc/{node.value.removeprefix(base + 'id/')}", node.value)
    here = f"/{document.at(document.page)}"
    return lambda links: page(service, view, given, answered, None, document=document, links=links, here=here)


def listing(service: Service, kind: kinds.Kind, given: parameters.Given, form: negotiation.Form) -> Response:
    """Return the list of all things of a kind as a page, CSV or xlsx: the rows of a view, to sort and to filter.

    `given` are the request's parameters. Raises NotInStoreError for a `page` after the last, and the errors of
    published.answer, except that a page shows the error of a parameter.
    """
    view = views(service)[kind.listed] if kind.listed else tables.lists(service)[kind.name]
    document = metadata.Document(service.store.base_iri, f"doc/{kind.name}", f"{service.store.base_iri}id/{kind.name}")
    params = tuple(each for each in view.params if each.name != "node")
    view = replace(view, title=kind.many, question=kind.many, params=params, path=f"/{document.path}")
    how = {name: given[name] for name in requests.FORM_PARAMETERS if name in given}
    typed = {name: value for name, value in given.items() if name not in (*how, "page")}
    if (number := requests.count(given, "page", 1, 1, view_files.MOST_SKIPPED)) > 1:
        typed["offset"] = str((number - 1) * ROWS)
    if form != negotiation.HTML:
        return file(service, view, typed, form, how)

    def more(answered: answers.Answer | None) -> dict[str, Any]:
        if number > 1 and answered and not answered.rows:
            raise requests.missing(f"/doc/{kind.name}?page={number}")
        return {
            "layout": "members.html",
            "here": "/dataset",
            "kinds": kinds.KINDS,
            "kind": kind,
            "document": document,
            "links": [
                *document.links(negotiation.HTML, service.store.publisher()),
                *(answered.links if answered else ()),
            ],
        }

    return show(service, view, typed, more, limit=ROWS)


def _fragment(shown: Thing) -> Bilingual | None:
    """Return a sentence on a body whose name does not say where the body is; None for any other body.

    The sentence says where the body is if its file does.
    """
    said = shown.index
    names = {name for each in (terms.RDFS_label, terms.fullName) for name in said.values(shown.node.value, each)}
    known = [place for iri in said.values(shown.node.value, terms.place) if (place := places().get(iri[-6:]))]
    # Two characters tell: names leave out the peoples that a prefecture is named after, 西双版纳 for example.
    if any(place.stem[:2] in name for place in known for name in names):
        return None
    if known:
        return _sentence("place-of-file", place=Bilingual(known[0].name, known[0].english))
    return _sentence("place-not-read")


def _facts(shown: Thing, now: protocols.Edition) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the IRI and values of each of a thing's properties, sorted by IRI, as the ontology has no order.

    Properties that the heading shows are left out. Self-evaluations that disagree have one name, so the name of its
    file is added to each.
    """
    of_node = shown.index.of(shown.node.value)
    heading = _HEADING[1:] if terms.fullName in of_node else _HEADING
    names = sorted(name for name in of_node if name not in heading)
    values = {name: sorted(of_node[name], key=lambda value: value.value) for name in names}
    facts = [(name, [_value(shown.index, name, each) for each in values[name]]) for name in names]
    for link in (each for name, of_name in facts if name == terms.PROV_alternateOf for each in of_name):
        file = tables.file_names(now, shown.index.values(link["iri"], terms.PROV_wasDerivedFrom))
        link["text"] += f"（{file}）" if file else ""
    return facts


def _value(said: StatementIndex, name: str, value: Value) -> dict[str, Any]:
    """Return a value of a property as the page shows it: a link to a thing, a `figure` (`money` in yuan), or a text."""
    if isinstance(value, NamedNode):
        return _link(said, value.value, said.label(value.value) or "")
    figure = Decimal(value.value) if value.datatype.value == terms.XSD_decimal else None
    return {"text": value.value, "iri": None, "figure": figure, "money": name in properties.amounts()}


def _link(said: StatementIndex, iri: str, text: str) -> dict[str, Any]:
    """Return a link to a thing as the page shows it; `partial` marks a project or filing that was read in part."""
    return {"text": text, "iri": iri, "figure": None, "partial": said.partial(iri)}


_COVERING = (
    *(terms.department, terms.implementingUnit, terms.partOfFiling, terms.DCTERMS_isVersionOf),
    *(terms.cites, terms.DCTERMS_references, terms.citedBasis),
)
"""Properties by which projects refer to a thing whose profile has a table of its projects."""
_ALIASES = {terms.DCTERMS_references: terms.cites}
"""Properties whose statements repeat those of another one for general tools."""
_OF_CLASS = {terms.Evaluation: terms.evaluates, terms.SH_ValidationResult: terms.SH_focusNode}
"""Properties whose sections have all things of a class."""


def _sections(service: Service, now: protocols.Edition, shown: Thing, covered: Sequence[str]) -> list[dict[str, Any]]:
    """Return a section for each property by which other things refer to this one, in the order of REFERRING.

    The things of a section are sorted by name. Properties in `covered` are left out, since a table has their things.
    Self-evaluations and findings, which refer by the properties of other things as well, have sections of their own.
    """
    order = {name: place for place, name in enumerate(REFERRING)}
    pairs = set()
    referring = [(t.predicate.value, t.subject.value) for t in shown.incoming if isinstance(t.subject, NamedNode)]
    for name, iri in referring:
        own = next((_OF_CLASS[each] for each in shown.index.values(iri, terms.RDF_type) if each in _OF_CLASS), None)
        if own or name not in covered:
            pairs.add((own or _ALIASES.get(name, name), iri))
    ordered = sorted(pairs, key=lambda pair: (order[pair[0]], shown.index.name(pair[1]), pair[1]))
    lists = [(name, [iri for _, iri in group]) for name, group in groupby(ordered, key=lambda pair: pair[0])]
    return [
        {
            "title": REFERRING[name],
            "things": [_link(shown.index, iri, shown.index.name(iri)) for iri in iris],
            "table": _rows(service, now, shown.index, iris),
        }
        for name, iris in lists
    ]


def _rows(service: Service, now: protocols.Edition, said: StatementIndex, iris: Sequence[str]) -> tables.Table | None:
    """Return a table of the things `iris`, or None if they are of several kinds or their kind has no table."""
    kinds_of_rows = {kinds.of(said.values(iri, terms.RDF_type)) for iri in iris}
    kind = kinds_of_rows.pop() if len(kinds_of_rows) == 1 else None
    return None if kind is None else tables.listed(service, now, kind.name, {iri: said.name(iri) for iri in iris})
