"""What every answer says of itself: under which licence it may be used, and as what it is to be cited.

Made once for each state of the dataset, since /sparql says it with every result.
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
    """`iri` is what is cited: the version's, the dataset's where nobody keeps versions; `made` is when it was made.

    `checksum` is None where none was computed.
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
        """For a version of the dataset."""
        kept = manifest.generation > 0
        return Credit(
            title=publisher.title,
            publisher=publisher.publisher.name,
            license=publisher.license,
            rights=publisher.rights,
            version=manifest.version,
            iri=f"{manifest.base_iri}dataset" + (f"/{manifest.version}" if kept else ""),
            made=datetime.fromisoformat(manifest.created),
            checksum=manifest.checksum if manifest.checksum.startswith("sha256:") else None,
        )

    @property
    def links(self) -> tuple[Link, Link]:
        """To the licence and to what is cited."""
        return Link(self.license, "license"), Link(self.iri, "cite-as")

    @cached_property
    def link(self) -> str:
        """The same as a header's value."""
        return header(self.links)["Link"]


class Credits:
    """The credit of the state that was asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: tuple[Publisher, Manifest, Credit] | None = None

    def of(self, publisher: Publisher, manifest: Manifest) -> Credit:
        """For a version of the dataset; what it is made of is told by identity, which is quick."""
        kept = self._kept
        if kept is None or kept[0] is not publisher or kept[1] is not manifest:
            kept = publisher, manifest, Credit.of(publisher, manifest)
            self._kept = kept
        return kept[2]
