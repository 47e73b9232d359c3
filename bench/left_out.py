"""Score the reading of files with the words taken away that only files of their own body or province attest.

`python -m bench.left_out [--by body|province]` scores; `python -m bench.left_out PATH…` looks for the words of
labels.toml in files and writes evidence.toml beside it. The files, their key and the score are those of a folder with
filings/truth.json and tools/reading_score.py (`--shared`). A body is named by province and place, from a file's name.

Modules of jixiao.ingest build patterns from words when they are imported. Each set of words therefore has a process of
its own, and this module imports none of them but `labels`.
"""

import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Literal

import pyoxigraph
import typer

from jixiao.ingest.roles import labels as roles
from jixiao.ingest.values.plain import folded

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOALS = {
    "body": {"projects": 0.85, "amounts": 0.80, "indicators": 0.80, "citations": 0.75},
    "province": {"projects": 0.80, "amounts": 0.75, "indicators": 0.75, "citations": 0.70},
}
_EVIDENCE = Path(__file__).resolve().parents[1] / "ingest" / "roles" / "evidence.toml"
_LABELS = ("field", "amount", "goal", "group", "other", "function", "list", "person", "section")
_TABLES = (*_LABELS, "column", "target", "register")
_DISTRICTS = frozenset({"minhang", "putuo", "songjiang"})  # of Shanghai: their files' names have no province
_ENOUGH = 2  # bodies named as evidence of a word, of two provinces if there are

CASES = "cases"
Attested = Mapping[str, Collection[str]]
"""Words, and the bodies or the regulations that attest them."""


def lists() -> Iterator[list[str]]:
    """Yield the lists of words of labels.toml; changes to them change what `labels` returns later."""
    for table in _TABLES:
        yield from (words for words in roles.wording().tables[table].values() if isinstance(words, list))


def evidence() -> dict[str, Attested]:
    """Return the tables of evidence.toml: bodies by word, and regulations whose forms prescribe it."""
    return tomllib.loads(_EVIDENCE.read_text(encoding="utf-8"))


def body(file: str) -> str:
    """Return the body of a file by its name: `hubei/ezhou` of `trap_hubei_ezhou_library_2020.txt`.

    The cases of tests/ingest/cases, which tell where they were met, have no bodies: CASES stands for them.
    """
    if Path(file).stem == "filing":
        return CASES
    first, second, *_ = re.split("[_-]", Path(file).stem.removeprefix("trap_"))
    return f"shanghai/{first}" if first in _DISTRICTS else f"{first}/{second}"


def withheld(group: str, attested: Mapping[str, Attested], *, prescribed: bool) -> set[str]:
    """Return the words that no body outside a group attests; `group` is a body, or the name of a province.

    With `prescribed`, a word stays if a regulation's form has it.
    """
    stays = {
        word
        for word, bodies in attested["bodies"].items()
        if any(not f"{each}/".startswith(f"{group}/") for each in bodies if each != CASES)
    }
    stays |= attested["prescribed"].keys() if prescribed else set()
    return {folded(word) for words in lists() for word in words} - stays


def score(
    shared: Path, by: str, *, prescribed: bool, lists_alone: bool = False
) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """Return the score of all files, by kind of fact and success, and the differences from the key."""
    groups = defaultdict(list)
    for each in _truth(shared):
        groups[body(each) if by == "body" else body(each).partition("/")[0]].append(each)
    attested = evidence()
    tasks = [
        (shared, names, withheld(group, attested, prescribed=prescribed), lists_alone)
        for group, names in groups.items()
    ]
    for name in ("shapes.validate", "store", "ontology.codes", "ontology.numbers"):
        import_module(f"jixiao.{name}")  # once, for all copies of this process
    scored = _each(_scored, tasks)
    return sum((counted for counted, _ in scored), start=Counter()), sorted(note for _, said in scored for note in said)


def _truth(shared: Path) -> dict[str, Any]:
    """Return the key, by the name of the file."""
    files = json.loads((shared / "filings" / "truth.json").read_text(encoding="utf-8"))["files"]
    return {each["file"]: each for each in files}


def _each(work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Do the work for each task in a fresh copy of this process; return the answers."""
    with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        return pool.starmap(work, tasks, chunksize=1)


def main(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[list[Path] | None, typer.Argument(help="files whose words are evidence")] = None,
    by: Literal["body", "province"] = "body",
    shared: Annotated[Path, typer.Option(help="the folder of filings/ and tools/")] = SHARED,
    found: Annotated[bool, typer.Option(help="take the words of regulations away, too")] = False,
    every: Annotated[bool, typer.Option("--all", help="list every difference")] = False,
    lists_alone: Annotated[bool, typer.Option("--lists", help="know no words like those of labels.toml")] = False,
) -> None:
    """Write evidence.toml from files, or print the score, in which wrong facts may be 2 %."""
    if paths:
        _write(paths)
        return
    total, notes = score(shared, by, prescribed=not found, lists_alone=lists_alone)
    listed = {folded(word) for words in lists() for word in words}
    bodies, regulations = (evidence()[table].keys() for table in ("bodies", "prescribed"))
    print(f"  words of a regulation's form alone: {len(regulations - bodies)} / {len(listed)}")
    print(f"  words without evidence: {len(listed - bodies - regulations)} / {len(listed)}")
    space, printing = _judge(shared, *["--all"] * every)
    exec(printing, space | {"GOALS": GOALS[by], "score": total, "notes": notes})  # noqa: S102 - as in _judge


def _judge(shared: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Return the names in reading_score.py, a script that scores when it is run, and the text that prints a score."""
    path = shared / "tools" / "reading_score.py"
    functions, _, scoring = path.read_text(encoding="utf-8").partition("\ntruth = [")
    sys.argv = [str(path), *options]
    space: dict[str, Any] = {"__file__": str(path), "__name__": "reading_score"}
    exec(compile(functions, path, "exec"), space)  # noqa: S102 - written by those who judge
    return space, scoring[scoring.index("\nfor note in") :]


def _scored(
    shared: Path, names: list[str], words: Collection[str], lists_alone: bool
) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """Return the score and the notes of reading_score.py for files, read without words."""
    for listed in lists():
        listed[:] = [word for word in listed if folded(word) not in words]
    if lists_alone:
        roles.like = lambda _: None  # type: ignore[assignment]
    space, _ = _judge(shared)
    truth = _truth(shared)
    for name in names:
        store = pyoxigraph.Store()
        if deposit := _read(shared / "filings" / name).deposit:
            store.load(deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
        space["judge"](truth[name], store, "")
    return space["score"], space["notes"]


def _read(path: Path) -> Any:
    identity = import_module("jixiao.ontology.identity")
    return import_module("jixiao.ingest.document").read_document(path.read_bytes(), path.name, identity.DEFAULT_BASE)


_SEEN: set[str] = set()


class _Word(str):
    """A word that is noted when it is found in a set, or in a mapping by words."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        found = str.__eq__(self, other)
        _SEEN.update([str(self)] if found is True else ())
        return found


def _noting(known: Any) -> Any:
    """Return the words of a set, or of a mapping, as words that are noted; other values as they are."""
    if type(known) is frozenset:
        return frozenset(map(_Word, known))
    return {_Word(word): meaning for word, meaning in known.items()} if type(known) is dict else known


def _seen(path: Path) -> set[str]:
    """Return the words of labels.toml that the reader looks up in a file."""
    _SEEN.clear()
    _read(path)
    return _SEEN


def _write(paths: list[Path]) -> None:
    """Write the words of labels.toml with the bodies whose files attest them; regulations are kept as they are."""
    known = roles.labels()
    values = {each.name: getattr(known, each.name) for each in fields(known)}
    noted = replace(known, **{name: _noting(value) for name, value in values.items()})
    roles.labels, roles.like = lambda: noted, lambda _: None  # type: ignore[assignment]
    import_module("jixiao.ingest.document")
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, words in zip(paths, _each(_seen, [(path,) for path in paths]), strict=True):
        for word in words:
            found[word].add(body(path.name))
    kept = sorted({folded(word) for words in lists() for word in words} & found.keys())
    head, _, _ = _EVIDENCE.read_text(encoding="utf-8").partition("[bodies]\n")
    lines = [f"{json.dumps(word, ensure_ascii=False)} = {json.dumps(_enough(found[word]))}\n" for word in kept]
    _EVIDENCE.write_text(f"{head}[bodies]\n{''.join(lines)}", encoding="utf-8")


def _enough(bodies: set[str]) -> list[str]:
    """Return up to two of the bodies, of different provinces if there are."""
    first, *others = sorted(bodies - {CASES}) or [CASES]
    further = [each for each in others if each.partition("/")[0] != first.partition("/")[0]] or others
    return [first, *further[: _ENOUGH - 1]]


if __name__ == "__main__":
    typer.run(main)
