"""Kinds of things that have an IRI of their own, by its first segment below `id/`, with their class."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jixiao.ontology import terms

COLLECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "org": terms.Department,
        "filing": terms.Filing,
        "project": terms.Project,
        "series": terms.ProjectSeries,
        "basis": terms.LegalBasis,
        "source": terms.SourceDocument,
    }
)
