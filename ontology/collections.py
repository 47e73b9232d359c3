"""The kinds of things that have an IRI of their own: its first segment below `id/`, and their class.

Apart because the store lists them, descriptions begin with them, and the server shows them.
"""

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
