"""State a version's statistics in VoID, for the whole, each class and each property (VoID, section 4.6)."""

from __future__ import annotations

import re
from hashlib import blake2b

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.collections import COLLECTIONS
from jixiao.store.description.statements import Statements, term
from jixiao.store.records import Statistics

_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def counted(said: Statements, node: NamedNode, statistics: Statistics) -> None:
    """State the numbers, vocabularies and partitions of the dataset or a version at its node."""
    classes, properties = statistics.classes, statistics.properties
    said.about(
        node,
        {
            "void:triples": statistics.triples,
            "void:entities": sum(classes[kind].entities for kind in COLLECTIONS.values() if kind in classes),
            "void:classes": len(classes),
            "void:properties": len(properties),
            "void:distinctSubjects": statistics.subjects,
            "void:distinctObjects": statistics.objects,
            "void:vocabulary": [NamedNode(iri) for iri in _vocabularies(statistics)],
            "void:classPartition": [
                said.about(
                    _part(node, "class", iri),
                    {"a": term("void:Dataset"), "void:class": NamedNode(iri), "void:entities": use.entities},
                )
                for iri, use in sorted(classes.items())
            ],
            "void:propertyPartition": [
                said.about(
                    _part(node, "property", iri),
                    {
                        "a": term("void:Dataset"),
                        "void:property": NamedNode(iri),
                        "void:triples": use.triples,
                        "void:distinctSubjects": use.subjects,
                        "void:distinctObjects": use.objects,
                    },
                )
                for iri, use in sorted(properties.items())
            ],
        },
    )


def _vocabularies(statistics: Statistics) -> list[str]:
    """Return the namespaces of the used classes and properties, if terms.PREFIXES has them."""
    used = [*statistics.classes, *statistics.properties]
    return sorted(namespace for namespace in terms.PREFIXES.values() if any(iri.startswith(namespace) for iri in used))


def _part(node: NamedNode, kind: str, iri: str) -> NamedNode:
    """Return a partition's IRI: a fragment of prefix and name, or of a hash if the term has no prefix."""
    for prefix, namespace in terms.PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and _SAFE.fullmatch(local):
            return NamedNode(f"{node.value}#{kind}-{prefix}-{local}")
    return NamedNode(f"{node.value}#{kind}-{blake2b(iri.encode(), digest_size=8).hexdigest()}")
