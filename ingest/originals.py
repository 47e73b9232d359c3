"""Find the files to read, in folders, zips and web archives, and open them one at a time.

Commands unpack zips and web archives in processes with limits (ingest/workers.py). The functions that do so return
errors of a file instead of raising them, as the call does that its process did not survive.
"""

import hashlib
import os
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from jixiao.ingest import origins
from jixiao.ingest.crawls.records import is_archive
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.result import Document, Reading, refused
from jixiao.ontology.errors import ReportedError
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.display import one_line
from jixiao.store import Origin, Pictured

Spread = Callable[[Callable[..., Any], Iterable[tuple[Any, ...]]], Iterable[Any]]
"""A way to call a function with each of several tuples of arguments, whose results are in this order.

The result is an UnreadableError for a call that its process did not survive.
"""
Files = list[tuple[str, str]]
"""The paths of unpacked files, and the names to show for them below that of the archive."""
_LONGEST_NAME = 255  # bytes of a file's name on a disk


class LoadError(ReportedError):
    """An error of a call that cannot be carried out; nothing was stored."""


@dataclass(frozen=True)
class Original:
    """A file: the path to show, the name, the bytes and their SHA-256.

    `reading` is a result that exists without reading the file now: that of an earlier call, or the refusal of a file
    that cannot be opened or is too large; a refused file has no bytes and no SHA-256. `known` is true if the store has
    the file already. `pictured` is what is known of the text in the file's pictures.
    """

    path: Path
    name: str
    content: bytes = b""
    sha256: str = ""
    reading: Reading | None = None
    pictured: Pictured = field(default_factory=Pictured)
    known: bool = False

    @property
    def document(self) -> Document:
        """The input of a reading: the file's bytes, its name, and what is known of the text in its pictures."""
        return Document(self.content, self.name, self.pictured)

    @property
    def settled(self) -> bool:
        """Return whether the file needs no reading now: the store has it, or its reading exists."""
        return self.known or self.reading is not None


def files(paths: Sequence[Path], aside: Callable[[str], None] = lambda name: None) -> tuple[Path, ...]:
    """Return every file at or below the paths, except those of systems, sidecars (NAME.url) and links out of a folder.

    `aside` is called with the path of each file of a system or program, and of each symbolic link that leads to nothing
    or out of the folder: following it would take in, and perhaps publish, what nobody chose. Raises LoadError.
    """
    found: list[Path] = []
    for path in paths:
        if not _exists(path):
            raise LoadError(f"没有这个文件或文件夹：{path} · no such file or folder: {path}")
        if path.is_dir():
            inside, root = [], path.resolve()
            for child in sorted(path.rglob("*")):
                leads_out = child.is_symlink() and not (child.exists() and child.resolve().is_relative_to(root))
                if leads_out or (child.is_file() and archives.is_system_file(child.relative_to(path).as_posix())):
                    aside(printable(str(child)))
                elif child.is_file():
                    inside.append(child)
            beside = set(map(origins.sidecar, inside))
            inside = [child for child in inside if child not in beside]
            if not inside:
                raise LoadError(
                    f"文件夹里没有文件（系统文件和指向文件夹外的链接不算）：{path} · no file in the folder"
                    f" (files of systems and links out of it do not count): {path}"
                )
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise LoadError(f"既不是文件也不是文件夹：{path} · neither a file nor a folder: {path}")
    return tuple(dict.fromkeys(found))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the name is too long, or the folder may not be entered
        return False


@dataclass
class Unpacked:
    """The files to read, with zips and web archives replaced by the files in them.

    `shown` maps the path of each file to the path to show. By the path to show, `broken` has the reason for each file
    or record that cannot be opened, and `origins` the origins that web archives state. `passed` counts, by kind and
    host, the documents of web archives that were passed over.
    """

    shown: dict[Path, Path] = field(default_factory=dict)
    broken: dict[Path, str] = field(default_factory=dict)
    origins: dict[Path, Sequence[Origin]] = field(default_factory=dict)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)


@contextmanager
def unpacked(
    paths: Sequence[Path],
    apart: Spread = starmap,
    spread: Spread | None = None,
    aside: Callable[[str], None] = lambda name: None,
) -> Iterator[Unpacked]:
    """Unpack zips and web archives into a folder that is removed at the end of the block; yield the files to read.

    `apart` calls the functions that unpack, like starmap; by default, it does so in this process without limits.
    `spread` does so for parts of web archives (None: `apart`). `aside` is called with each system file in a zip.
    """
    found = Unpacked()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        starts = {path: _start(path) for path in paths}
        zipped = [path for path, start in starts.items() if start.startswith(b"PK")]
        held = iter(apart(unpack_file, _parts(zipped, folder)) if zipped else ())
        crawls: dict[Path, Path] = {}
        for path, start in starts.items():
            inside = next(held) if start.startswith(b"PK") else None
            if is_archive(start):
                crawls[path] = path
            elif isinstance(inside, UnreadableError):
                found.broken[path] = str(inside)
            elif inside is None:
                found.shown[path] = path
            else:
                held_files = {Path(file): path / name for file, name in inside.files}
                (crawls if inside.are_crawls else found.shown).update(held_files)
                for name in inside.systems:
                    aside(printable(str(path / name)))
        if crawls:
            _gather(found, folder, crawls, apart, spread or apart)
        yield found


def _parts(paths: Iterable[Path], folder: Path) -> Iterator[tuple[bytes | str, str]]:
    """Yield the arguments of `unpack_file` for each path: the bytes of a small file, else the path, and a folder."""
    for number, path in enumerate(paths):
        is_small = path.stat().st_size <= archives.LARGEST_FILE
        yield path.read_bytes() if is_small else str(path.resolve()), str(folder / f"zip{number}")


def folders(paths: Iterable[Path]) -> dict[Path, str]:
    """Return each file's folder below the innermost folder that holds all files; "" for files directly in that one."""
    above = {path: path.parent.absolute() for path in paths}
    common = Path(os.path.commonpath(above.values())) if above else Path()
    below = {path: folder.relative_to(common) for path, folder in above.items()}
    return {path: printable(folder.as_posix()) if folder.parts else "" for path, folder in below.items()}


def _gather(found: Unpacked, folder: Path, crawls: Mapping[Path, Path], apart: Spread, spread: Spread) -> None:
    """Add the documents of WARC files to `found`; `crawls` maps the path of each WARC file to the path to show.

    `apart` and `spread` are those of `unpacked`; `folder` takes the documents.
    """
    from jixiao.ingest.crawls import sifting  # noqa: PLC0415 - `ingest` starts sooner without readers

    def shown(archive: Path, offset: int, name: str) -> Path:
        return crawls[archive].with_name(f"{crawls[archive].name}@{offset}") / name

    shared = [path for path, name in crawls.items() if path == name]  # other files are known to this machine only
    others = [path for path in crawls if path not in shared]
    held = Counter(crawls[path].parents[1] for path in others)  # WACZ/archive/NAME
    shares = {path: held[crawls[path].parents[1]] for path in others}
    gathered = sifting.gathered(sifting.merged(shared, spread) | sifting.merged(others, apart, shares))
    found.passed = gathered.passed
    found.broken |= {shown(archive, at, name): reason for archive, at, name, reason in gathered.broken}
    most = {path: archives.largest_on_disk(path.stat().st_size) for path in crawls}
    room = dict(most)
    under_way: deque[tuple[Path, Path, Sequence[Origin]]] = deque()

    def parts() -> Iterator[tuple[str, int, str, str, int]]:
        for number, (archive, capture, located) in enumerate(gathered.documents):
            if room[archive] >= 0:
                under_way.append((archive, shown(archive, capture.offset, capture.name), located))
                yield (
                    str(archive.resolve()),
                    capture.offset,
                    capture.name,
                    str(folder / f"document{number}"),
                    room[archive],
                )

    for taken in apart(unpack_record, parts()):
        archive, path, located = under_way.popleft()
        if isinstance(taken, UnreadableError):
            found.broken[path] = str(taken)
            continue
        written, room[archive] = taken
        found.shown |= {Path(file): path / name for file, name in written}
        found.origins |= {path / name: located for _, name in written if located}
    found.broken |= {crawls[path]: str(archives.too_large(most[path])) for path, left in room.items() if left < 0}


def _start(path: Path) -> bytes:
    """Return the first bytes of a file; none of a file that cannot be opened, which is reported when it is read."""
    try:
        with path.open("rb") as stream:
            return stream.read(512)
    except OSError:
        return b""


def printable(name: str) -> str:
    """Return a file's name as text in one line, without characters that control a terminal or turn the text around.

    A name that is not UTF-8 is decoded as GB18030, as in archives from Windows.
    """
    raw = os.fsencode(name)
    return one_line(archives.decoded_name(raw) or raw.decode("utf-8", "backslashreplace"))


def sorted_originals(shown: Mapping[Path, Path], origins: Mapping[Path, Sequence[Origin]]) -> Iterator[Original]:
    """Yield the opened files sorted by name; files of one name by their last time of retrieval, then by SHA-256.

    A page that has changed thus comes after its former state. `shown` has the path to show for the path of each file,
    and `origins` the origins of each file by the path to show.
    """

    def order(path: Path) -> tuple[str, str]:
        times = (each.retrieved or "" for each in origins.get(shown[path], ()))
        return max(times, default=""), opened(path, path).sha256

    for _, named in sorted(by_key((path.name, path) for path in shown).items()):
        if len(named) > 1:  # each is opened twice, since together they may be too large for the memory
            named.sort(key=order)
        yield from (opened(path, shown[path]) for path in named)


def originals(paths: Iterable[Path], names: Iterable[str] | None = None) -> Iterator[Original]:
    """Yield the opened files in order; `names` overrides the paths' file names."""
    for path, name in zip(paths, names, strict=True) if names is not None else ((path, None) for path in paths):
        yield opened(path, path, name)


def opened(path: Path, shown: Path, name: str | None = None) -> Original:
    """Return the file at `path` with its bytes, or with a refusal if it is too large or cannot be opened.

    `shown` is the path to show, which differs from `path` for a member of a zip; `name` overrides its file name.
    """
    name = name or printable(path.name)
    try:
        if path.stat().st_size <= archives.LARGEST_FILE:
            content = path.read_bytes()
            return Original(shown, name, content, hashlib.sha256(content).hexdigest())
        zh, en = f"文件太大（超过 {archives.LARGEST_FILE:,} 字节）", f"larger than {archives.LARGEST_FILE:,} bytes"
    except OSError as error:
        zh, en = f"无法打开：{error.strerror}", f"cannot be opened: {error.strerror}"
    return Original(shown, name, reading=refused(name, zh, en))


class Held(NamedTuple):
    """The unpacked files of an archive, whether they are WARC files, and the names of the system files left out."""

    files: Files
    are_crawls: bool = False
    systems: tuple[str, ...] = ()


def unpack_file(given: bytes | str, folder: str) -> Held | UnreadableError | None:
    """Unpack a WACZ or a zip of filings, and return its files; None for a file that is neither.

    `given` are the bytes of the file, or its path if it is so large that it can only be a WACZ. An error of the file is
    returned, not raised.
    """
    place = Path(folder)
    try:
        if held := archives.crawls(Path(given) if isinstance(given, str) else given, place / "crawls"):
            return Held([(str(path), name) for path, name in held], are_crawls=True)
        members = None if isinstance(given, str) else archives.members(given)
    except UnreadableError as error:
        return error
    if members is None or isinstance(given, str):
        return None
    return Held(_written(members, place), systems=archives.system_files(given))


def unpack_record(archive: str, offset: int, name: str, folder: str, room: int) -> tuple[Files, int] | UnreadableError:
    """Write the document in a record of a web archive to `folder`; if the document is a zip, write the files in it.

    `name` is the name to give to the document's file. Nothing is written if `room`, the bytes of disk left, does not
    suffice. Returns the path of each file with its name in the zip (empty for the document itself), and the bytes of
    disk left then, less than 0 if they did not suffice. An error of the document is returned, not raised.
    """
    from jixiao.ingest.crawls.sifting import content  # noqa: PLC0415 - a command without web archives needs no readers

    try:
        document = content(Path(archive), offset)
        members = archives.members(document)
    except UnreadableError as error:
        return error
    documents = [(name, document)] if members is None else members
    room -= sum(len(inside) for _, inside in documents)
    written = _written(documents, Path(folder)) if room >= 0 else []
    return (written if members is not None else [(path, "") for path, _ in written]), room


def _written(files: Iterable[tuple[str, bytes]], folder: Path) -> Files:
    """Write each file into a folder of its own, and return the path and the given name of each."""
    found = []
    for number, (name, content) in enumerate(files):
        path = folder / str(number) / _short(Path(name).name)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        found.append((str(path), name))
    return found


def _short(name: str) -> str:
    """Return a file's name, or the end of one that a disk would refuse."""
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[len(name) // 4 + 1 :]
    return name
