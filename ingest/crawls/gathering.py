"""Gather the documents of several web archives: each once, with the addresses and times of all records that hold it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from jixiao.ingest import origins
from jixiao.ingest.crawls.looking import same
from jixiao.ingest.crawls.sifting import Capture, Links, Sifted, add_links, host
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import label
from jixiao.store import Origin

_ELSEWHERE = "未变而原件不在这些存档里 unchanged, and not in these archives"


@dataclass
class Gathered:
    """The documents of web archives, the number of those passed over, by kind and host, and broken records.

    A document is an archive and the capture to take it from, with all its origins in the order of time. `broken` has
    archive, offset, name and reason.
    """

    documents: list[tuple[Path, Capture, Sequence[Origin]]] = field(default_factory=list)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[tuple[Path, int, str, str]] = field(default_factory=list)


def gathered(whole: Mapping[Path, Iterable[Sifted]]) -> Gathered:
    """Gather the finds in archives. Neither the order of archives nor their parts change the result."""
    result = Gathered()
    links = Links()
    parts = [(path, part) for path in sorted(whole) for part in whole[path]]
    for path, part in parts:
        add_links(links, part.links)
        result.passed += part.passed
        result.broken += [(path, at, name, str(reason)) for at, (name, reason) in part.broken.items()]
    held = [(path, each) for path, part in parts for each in part.found]
    held.sort(key=lambda each: (each[1].origin and each[1].origin.retrieved) or "")
    by_digest = {each.digest: each.sha256 for _, each in held if each.sha256 and each.digest}
    by_address = {same(each.address): each.sha256 for _, each in held if each.sha256}
    kept: list[tuple[str, tuple[Path, Capture]]] = []
    for path, each in held:
        earlier = by_digest.get(each.digest) if each.digest else by_address.get(same(each.before))
        sha256 = each.sha256 or earlier
        kind = _ELSEWHERE if sha256 is None else None if same(each.address) in links else each.kind
        if kind is None and sha256:
            kept.append((sha256, (path, each)))
        else:
            result.passed[kind or "", host(each.address)] += 1
    for group in by_key(kept).values():
        located = [_linked(each.origin, links.get(same(each.address))) for _, each in group if each.origin]
        first = min(
            (each for each in group if each[1].sha256), key=lambda each: (each[1].name, each[0], each[1].offset)
        )
        result.documents.append((*first, located))
    return result


def _linked(origin: Origin, page: tuple[str, str] | None) -> Origin:
    """Return an origin with the page that links to it, and the name of that page's site unless it has one."""
    with suppress(ValueError):
        if page:
            return replace(
                origin, linked_from=origins.address(page[0]), publisher=origin.publisher or label(page[1]) or None
            )
    return origin
