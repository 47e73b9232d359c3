"""Read the addresses at which files were found: from a table, sidecars such as NAME.url, or attributes of the files.

Addresses are published. User names, passwords and secrets in them, such as tokens and keys, are therefore left out.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from glob import escape
from ipaddress import IPv6Address, ip_address, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pyoxigraph import NamedNode

from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import label
from jixiao.ontology.text.spreadsheets import TableError, read_table, read_text
from jixiao.store import Origin

COLUMNS = ("file", "url", "retrieved", "publisher", "linked_from")
_LONGEST = 2_000  # characters of an address
_MOST_TOLD = 20  # faults
_SUFFIX = ".url"
_ATTRIBUTE = "user.xdg.origin.url"  # freedesktop.org, CommonExtendedAttributes
_PRIVATE = (".local", ".localhost", ".internal", ".lan", ".intranet", ".home.arpa")
_PUBLIC_V6 = ip_network("2000::/3")
# Networks that early Pythons take for public: of documents (RFC 9637), and of 6to4's relays, now given up (RFC 7526).
_NOT_PUBLIC = (ip_network("3fff::/20"), ip_network("192.88.99.0/24"))
_IN_PATH, _IN_QUERY = re.compile(r";([^=/;]*)=[^/;]*"), re.compile(r"(?:^|[&;])([^=&;]*)=([^&;]*)")
_WITHIN = re.compile(r"//[^/@]*@|[?&;]([^=&;?]+)=")
_SECRET = re.compile(
    r"token|secret|passw|session|sessid|signature|apikey|accesskey|credential"
    r"|(?<![a-z])(?:key|sig|sign|pass|pwd|sid|auth|ticket|jwt)(?![a-z])"
)


def sidecar(path: Path) -> Path | None:
    """Return the sidecar of a file: `a.txt.url`, or `a.url` if no other file beside it is an `a`; None without one."""
    if path.suffix == _SUFFIX:
        return None
    whole, short = path.with_name(path.name + _SUFFIX), path.with_suffix(_SUFFIX)
    if os.path.isfile(whole):  # noqa: PTH113 - Path.is_file() raises OSError for a name too long for the disk
        return whole
    named = short.is_file() and [each for each in path.parent.glob(f"{escape(path.stem)}.*") if each.stem == path.stem]
    return short if named and {*named} == {path, short} else None


def of_files(paths: Iterable[Path], table: Path | None, *, attributes: bool = False) -> Mapping[Path, list[Origin]]:
    """Return the origins of files, by path, from their sidecars and from a table: a CSV file with the columns COLUMNS.

    `paths` are the paths of files, or `a.zip/b.txt` for members of a zip. With `attributes`, the origins that browsers
    and wget noted in the attributes of files are added. A row of the table names a file by its name, or by as much of
    its path as distinguishes it from other files; rows about files that are beside the table but not in `paths` are
    passed over. Raises TableError, which names the file and line of each wrong row.
    """
    files, faults = list(paths), list[str]()
    found = [(path, beside, *_address(beside)) for path in files if (beside := sidecar(path))]
    rows = [(path, place, line, {"url": url}) for path, place, line, url in found]
    if table is not None:
        named = by_key((path.name, path) for path in files)
        for line, cells in read_table(table, "file", "url"):
            if unknown := cells.keys() - {*COLUMNS, ""}:
                raise TableError(f"{table}:1: {'、'.join(unknown)}？ {', '.join(COLUMNS)}")
            try:
                rows += [(path, table, line, cells) for path in _meant(cells["file"], table, named)]
            except ValueError as fault:
                faults.append(f"{table}:{line}: {fault}")
    noted = ((path, _noted(path)) for path in (files if attributes else ()))
    origins = [(path, origin) for path, origin in noted if origin]
    for path, place, line, cells in rows:
        try:
            origins.append((path, _origin(cells)))
        except ValueError as fault:
            faults.append(f"{place}:{line}: {fault}")
    if faults:
        raise TableError("\n".join([*faults[:_MOST_TOLD], *(["……"] if len(faults) > _MOST_TOLD else [])]))
    return by_key(origins)


def _address(beside: Path) -> tuple[int, str]:
    """Return the line number and the address in a sidecar: that after `URL=`, else the first line with text."""
    lines = [(number, line.strip()) for number, line in enumerate(read_text(beside).splitlines(), 1)]
    first = next(((number, line) for number, line in lines if line), (1, ""))
    return next(((number, line[4:].strip()) for number, line in lines if line[:4].upper() == "URL="), first)


def _meant(name: str, table: Path, named: Mapping[str, list[Path]]) -> list[Path]:
    """Return a list with the path that a row of the table means by `name`; empty for a file that is not to be read.

    `named` has the paths of the files by name. Raises ValueError if several files may be meant, or none exists.
    """
    parts = Path(name.replace("\\", "/")).parts
    same = [path for path in named.get(parts[-1], ()) if path.parts[-len(parts) :] == parts] if parts else []
    beside = table.parent / name
    same = [path for path in same if path.resolve() == beside.resolve()] or same
    if len(same) > 1:
        shown = "、".join(map(str, same))
        raise ValueError(f"“{name}”有几个，请写出路径 · several files have this name, write the path: {shown}")
    if not same and not (name and os.path.isfile(beside)):  # noqa: PTH113 - as above
        raise ValueError(f"没有文件“{name}” · there is no file “{name}”")
    return same


def _origin(cells: Mapping[str, str]) -> Origin:
    """Return the origin that a row states. Raises ValueError."""
    origin = Origin(address(cells["url"]), publisher=label(cells.get("publisher", "")) or None)
    if page := cells.get("linked_from"):
        origin = replace(origin, linked_from=address(page))
    if time := cells.get("retrieved"):
        if ":" not in time:
            raise ValueError(
                f"retrieved 应写日期和时间，如 2024-03-05T09:30:00+08:00，或留空；写的是“{time}”"
                f" · retrieved takes a date and a time, as 2024-03-05T09:30:00+08:00, or nothing; it was “{time}”"
            )
        try:
            origin = replace(origin, retrieved=datetime.fromisoformat(time).isoformat())
        except ValueError:
            raise ValueError(f"retrieved 不是时间 · is no time: “{time}”") from None
    return origin


def address(text: str) -> str:
    """Return an http or https address without user name, password and secrets, with `%20` for blanks.

    Raises ValueError for another text.
    """
    try:
        parts = urlsplit(NamedNode(text.strip().replace(" ", "%20")).value)
        named = parts.hostname and "%20" not in parts.netloc and (parts.port or 80)
        usable = parts.scheme in {"http", "https"} and named and len(text) <= _LONGEST
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"不是 http 或 https 网址 · no http or https address: “{text[:_LONGEST]}”")
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2],
        path=_IN_PATH.sub(lambda found: "" if _is_secret(found[1]) else found[0], parts.path),
        query=_public(parts.query),
        fragment=_public(parts.fragment),
    ).geturl()


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public Internet. Raises ValueError if it is no IP address."""
    ip = ip_address(address.partition("%")[0])
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    if isinstance(ip, IPv6Address):
        # Addresses that stand for one of IPv4 could lead to a private one.
        return ip in _PUBLIC_V6 and ip.is_global and ip.sixtofour is None and ip.teredo is None
    return ip.is_global and not ip.is_multicast


def _noted(path: Path) -> Origin | None:
    """Return the origin noted in the attributes of a file or, for a member of a zip, of the zip.

    Returns None without such an attribute, and for a private address.
    """
    try:
        noted = os.getxattr(path if path.is_file() else path.parent, _ATTRIBUTE).decode()
        host = urlsplit(origin := address(noted)).hostname or ""
    except (OSError, ValueError, AttributeError):  # macOS has no function for attributes
        return None
    with suppress(ValueError):
        return Origin(origin) if is_public(host) else None
    return Origin(origin) if "." in host and not host.endswith(_PRIVATE) else None


def _public(parameters: str) -> str:
    """Return the parameters of an address without secrets, and without values that are addresses with secrets."""
    return _IN_QUERY.sub(lambda found: "" if any(_secrets(*found.groups())) else found[0], parameters).lstrip("&;")


def _secrets(name: str, value: str) -> Iterator[bool]:
    yield _is_secret(name)
    for inner in _WITHIN.finditer(unquote(value)):
        yield inner[1] is None or _is_secret(inner[1])


def _is_secret(name: str) -> bool:
    """Return whether the value of a parameter is a secret by its name: `token`, `accessKey`, `X-Amz-Signature`."""
    return bool(_SECRET.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", unquote(name)).lower()))
