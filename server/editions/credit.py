"""Collect the licence and the citation that every response carries.

They are made once per state of the dataset, since /sparql sends them with every result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from jixiao.server.http.signposting import Link, header
from jixiao.store import Manifest
from jixiao.store.description.publisher import Publisher, Words


@dataclass(frozen=True)
class Credit:
    """Licence and citation of a version of the dataset, which was made at the time `made`.

    `iri` is the IRI to cite: the version's, or the dataset's if no versions are kept. `checksum` is None if none was
    computed.
    """

    title: Words
    publisher: Words
    license: str
    rights: Words
    version: str
    iri: str
    made: datetime
    checksum: str | None

    @staticmethod
    def of(publisher: Publisher, manifest: Manifest) -> Credit:
        """Make the credit of a version of the dataset."""
        kept = manifest.generation > 0
        return Credit(
            title=publisher.title,
            publisher=publisher.publisher.name,
            license=publisher.license,
            rights=publisher.rights,
            version=manifest.version,
            iri=f"{manifest.base_iri}dataset" + (f"/{manifest.version}" if kept else ""),
            made=datetime.fromisoformat(manifest.created),
            checksum=manifest.checksum if kept else None,
        )

    @property
    def links(self) -> tuple[Link, Link]:
        """Links to the licence and to the IRI to cite."""
        return Link(self.license, "license"), Link(self.iri, "cite-as")

    @cached_property
    def link(self) -> str:
        """The links as the value of a header."""
        return header(self.links)["Link"]


class Credits:
    """Cache of the last credit. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: tuple[Publisher, Manifest, Credit] | None = None

    def of(self, publisher: Publisher, manifest: Manifest) -> Credit:
        """Return the credit of a version; publisher and manifest are compared by identity, which is quick."""
        kept = self._kept
        if kept is None or kept[0] is not publisher or kept[1] is not manifest:
            kept = publisher, manifest, Credit.of(publisher, manifest)
            self._kept = kept
        return kept[2]
