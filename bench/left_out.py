"""Score the reading of files with the words taken away that only files of their own body or province attest.

`python -m bench.reading --left-out body|province` scores; `python -m bench.left_out PATH…` looks for the words of
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
from typing import Any, ClassVar

import pyoxigraph

from bench.measuring import arguments
from jixiao.ingest.roles import labels as roles
from jixiao.ingest.values.plain import folded

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOALS = {
    "body": {"projects": 0.85, "amounts": 0.80, "indicators": 0.80, "citations": 0.75},
    "province": {"projects": 0.80, "amounts": 0.75, "indicators": 0.75, "citations": 0.70},
}
_EVIDENCE = Path(__file__).resolve().parents[1] / "ingest" / "roles" / "evidence.toml"
_MOST_WRONG = 0.02
_TABLES = ("field", "amount", "goal", "group", "other", "column", "target", "register", "list", "person", "section")
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
        if any(not _within(each, group) for each in bodies if each != CASES)
    }
    stays |= attested["prescribed"].keys() if prescribed else set()
    return {folded(word) for words in lists() for word in words} - stays


def _within(each: str, group: str) -> bool:
    return each == group or each.startswith(f"{group}/")


def score(
    shared: Path, by: str, *, prescribed: bool, lists_alone: bool = False
) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """Return the score of all files, by kind of fact and success, and the differences from the key."""
    truth = json.loads((shared / "filings" / "truth.json").read_text(encoding="utf-8"))["files"]
    groups = defaultdict(list)
    for each in truth:
        groups[body(each["file"]) if by == "body" else body(each["file"]).partition("/")[0]].append(each["file"])
    attested = evidence()
    tasks = [
        (shared, names, withheld(group, attested, prescribed=prescribed), lists_alone)
        for group, names in groups.items()
    ]
    for name in ("shapes.validate", "store", "ontology.codes", "ontology.numbers"):
        import_module(f"jixiao.{name}")  # once, for all copies of this process
    total, notes = Counter[tuple[str, bool]](), []
    for counted, said in _each(_scored, tasks):
        total.update({(kind, good): count for kind, good, count in counted})
        notes += said
    return total, sorted(notes)


def _each(work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Do the work for each task in a fresh copy of this process; return the answers."""
    with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        return pool.starmap(work, tasks, chunksize=1)


def report(shared: Path, by: str, *, prescribed: bool, lists_alone: bool = False, every: bool = False) -> None:
    """Print the score and its goals; `every` difference too. Returns without a score if the files are absent."""
    if not (shared / "filings" / "truth.json").exists():
        print(f"跳过：没有 skipped, absent: {shared / 'filings'}")
        return
    total, notes = score(shared, by, prescribed=prescribed, lists_alone=lists_alone)
    if every:
        print("\n".join(notes))
    for kind in sorted({kind for kind, _ in total} - {"claimed", "wrong"}):
        good, bad = total[kind, True], total[kind, False]
        goal = GOALS[by].get(kind)
        print(f"  {kind}: {good} / {good + bad} ({good / (good + bad):.1%}{f', goal {goal:.0%}' if goal else ''})")
    wrong, claimed = total["wrong", True], total["claimed", True]
    print(f"  wrong: {wrong} / {claimed} ({wrong / max(claimed, 1):.2%}, goal {_MOST_WRONG:.0%})")
    listed = {folded(word) for words in lists() for word in words}
    bodies, prescribed_words = (evidence()[table].keys() for table in ("bodies", "prescribed"))
    print(f"  words of a regulation's form alone: {len(prescribed_words - bodies)} / {len(listed)}")
    print(f"  words without evidence: {len(listed - bodies - prescribed_words)} / {len(listed)}")


def main() -> None:
    """Write evidence.toml from the files named as arguments, or the score as they ask."""
    parser = arguments("left_out", __doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files whose words are evidence")
    parser.add_argument("--by", choices=GOALS, default="body")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of filings/ and tools/")
    parser.add_argument("--found", action="store_true", help="take the words of regulations away, too")
    parser.add_argument("--all", action="store_true", help="list every difference")
    parser.add_argument("--lists", action="store_true", help="know the words of labels.toml alone, and none like them")
    given = parser.parse_args()
    if given.paths:
        _write(given.paths)
    else:
        report(given.shared, given.by, prescribed=not given.found, lists_alone=given.lists, every=given.all)


def _scored(
    shared: Path, names: list[str], words: Collection[str], lists_alone: bool
) -> tuple[list[tuple[str, bool, int]], list[str]]:
    """Return the counts and notes of reading_score.py for files, read without words."""
    for listed in lists():
        listed[:] = [word for word in listed if folded(word) not in words]
    if lists_alone:
        roles.like = lambda _: None  # type: ignore[assignment]
    path = shared / "tools" / "reading_score.py"
    functions, _, _ = path.read_text(encoding="utf-8").partition("\ntruth = [")
    sys.argv = [str(path), str(shared / "filings")]
    space: dict[str, Any] = {"__file__": str(path), "__name__": "reading_score"}
    exec(compile(functions, path, "exec"), space)  # noqa: S102 - the judge is a script, which scores on import
    truth = {each["file"]: each for each in json.loads((shared / "filings/truth.json").read_text("utf-8"))["files"]}
    for name in names:
        store = pyoxigraph.Store()
        if deposit := _read(shared / "filings" / name).deposit:
            store.load(deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
        space["judge"](truth[name], store, "")
    return [(kind, good, count) for (kind, good), count in space["score"].items()], space["notes"]


def _read(path: Path) -> Any:
    identity = import_module("jixiao.ontology.identity")
    return import_module("jixiao.ingest.document").read_document(path.read_bytes(), path.name, identity.DEFAULT_BASE)


class _Noting:
    """Containers of words that note in `seen` which words were found in them."""

    seen: ClassVar[set[str]] = set()

    @classmethod
    def note(cls, word: object) -> bool:
        """Note a word that was found; return True."""
        cls.seen.add(str(word))
        return True

    class Set(frozenset[str]):
        """A set of words."""

        def __contains__(self, word: object) -> bool:
            return super().__contains__(word) and _Noting.note(word)

    class Meanings(dict[str, Any]):
        """Meanings by word."""

        def __contains__(self, word: object) -> bool:
            return super().__contains__(word) and _Noting.note(word)

        def __getitem__(self, word: str) -> Any:
            return super().__getitem__(word) if word in self else self.__missing__(word)

        def __missing__(self, word: str) -> Any:
            raise KeyError(word)

        def get(self, word: str, default: Any = None) -> Any:
            return super().get(word, default) if word in self else default


def _seen(path: Path) -> set[str]:
    """Return the words of labels.toml that the reader looks up in a file."""
    _Noting.seen.clear()
    _read(path)
    return _Noting.seen


def _write(paths: list[Path]) -> None:
    """Write the words of labels.toml with the bodies whose files attest them; regulations are kept as they are."""
    known = roles.labels()
    kinds: dict[type, Callable[[Any], Any]] = {frozenset: _Noting.Set, dict: _Noting.Meanings}
    values = {each.name: getattr(known, each.name) for each in fields(known)}
    noted = replace(
        known, **{name: kinds[type(value)](value) for name, value in values.items() if type(value) in kinds}
    )
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
    main()
