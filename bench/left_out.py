"""Score the reading of files without what only files like them attest: words, and for layouts the code's conditions.

`python -m bench.left_out [--by layout|body|province]` scores; `python -m bench.left_out PATH…` looks for the words of
labels.toml in files and writes evidence.toml beside it. The files, their key and the score are those of a folder with
filings/truth.json, seeds/ and tools/reading_score.py (`--shared`), or with `--evaluations` those of evaluations/ and
tools/evaluation_score.py, and filings attest words, too. A body is named by province and place, from a file's name;
files whose labels, heads and levels follow each other in nearly the same order have one layout.

Every file is read once, to note the words and the outcomes of conditions that it needs. Files of a layout are then read
without the words that no other file has, and each condition that they alone make true, or false, is held to the outcome
that other files know, as if its case had never been written. What fails thereby is unread.
"""

import json
import re
import signal
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from difflib import SequenceMatcher
from importlib import import_module
from itertools import chain, combinations
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import pyoxigraph
import typer

from bench.conditions import Outcome, rebuilt
from jixiao.ingest.readers import read
from jixiao.ingest.roles import labels as roles
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import alternatives

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOALS = {
    "layout": {"projects": 0.85, "amounts": 0.80, "indicators": 0.80, "citations": 0.85},
    "body": {"projects": 0.85, "amounts": 0.80, "indicators": 0.80, "citations": 0.75},
    "province": {"projects": 0.80, "amounts": 0.75, "indicators": 0.75, "citations": 0.70},
}
_EVIDENCE = Path(__file__).resolve().parents[1] / "ingest" / "roles" / "evidence.toml"
_LABELS = ("field", "amount", "goal", "group", "other", "function", "list", "person", "section")
_TABLES = (*_LABELS, "column", "target", "register")
_DISTRICTS = frozenset({"minhang", "putuo", "songjiang"})  # of Shanghai: their files' names have no province
_ENOUGH = 2  # bodies named as evidence of a word, of two provinces if there are
_SHORTEST, _FEWEST = 4, 4  # characters of a word that tells a layout, and words that do
_NEAR = 0.4  # share of the words that files of one layout may have in another order, or not at all
_SECONDS = 20  # of the processor, for a file whose reading a held condition may keep from ending

CASES = "cases"


class Scored(NamedTuple):
    """A kind of files to score: their folder, the script that scores them, and the function of this script to call.

    `scores` is the text of the script at which its scoring begins; what precedes defines its functions.
    """

    folder: str
    script: str
    scores: str
    function: str


FILINGS = Scored("filings", "reading_score.py", "\ntruth = [", "judge")
EVALUATIONS = Scored("evaluations", "evaluation_score.py", "\nfor truth in ", "compare")


class Needed(NamedTuple):
    """The words of labels.toml that a file has, its text, and the outcomes of conditions by which it is read."""

    words: Collection[str]
    text: str
    outcomes: Collection[Outcome]


def lists(labels: Any = roles) -> Iterator[list[str]]:
    """Yield the lists of words in labels.toml as the module `labels` holds them, so that callers can change these."""
    for table in _TABLES:
        yield from (words for words in labels.wording().tables[table].values() if isinstance(words, list))


def listed() -> set[str]:
    """Return all words of labels.toml as one set."""
    return {folded(word) for words in lists() for word in words}


def evidence() -> dict[str, Mapping[str, Any]]:
    """Return the tables of evidence.toml: each maps a word to the bodies or the regulations that attest the word."""
    return tomllib.loads(_EVIDENCE.read_text(encoding="utf-8"))


def body(file: str) -> str:
    """Return the body in a file's name: `hubei/ezhou` of `trap_hubei_ezhou_library_2020.txt`.

    The cases of tests/ingest/cases have no bodies in their names: CASES is returned for each.
    """
    if Path(file).stem == "filing":
        return CASES
    first, second, *_ = re.split("[_-]", Path(file).stem.removeprefix("trap_"))
    return f"shanghai/{first}" if first in _DISTRICTS else f"{first}/{second}"


def layouts(orders: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Group files that have one layout, by the order of the words of labels.toml in each file (`orders`).

    Two groups are joined while the mean distance between their files is less than _NEAR, the nearest two first.
    """
    apart = {frozenset(pair): _distance(*map(orders.__getitem__, pair)) for pair in combinations(orders, 2)}
    group = {file: {file} for file in orders}
    for pair in sorted(apart, key=apart.__getitem__):
        one, other = (group[file] for file in pair)
        between = [apart[frozenset((a, b))] for a in one for b in other if a != b]
        if one is not other and sum(between) < _NEAR * len(between):
            group |= dict.fromkeys(one | other, one | other)
    return list({id(files): files for files in group.values()}.values())


def _distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share (0 to 1) of words that do not follow each other in both files, over the shorter one's length.

    The distance is 1 if a file has very few words.
    """
    length = min(len(one), len(other))
    same = SequenceMatcher(None, one[:length], other[:length], autojunk=False).get_matching_blocks()
    return 1 - sum(each.size for each in same) / length if length >= _FEWEST else 1


def _groups(by: str, needed: Mapping[str, Needed]) -> list[set[str]]:
    if by == "layout":
        words = re.compile(alternatives(word for word in listed() if len(word) >= _SHORTEST))
        return layouts({file: list(dict.fromkeys(words.findall(each.text))) for file, each in needed.items()})
    groups = defaultdict(set)
    for file in needed:
        groups[body(file) if by == "body" else body(file).partition("/")[0]].add(file)
    return list(groups.values())


def words_alone(group: Collection[str], needed: Mapping[str, Needed]) -> set[str]:
    """Return the words of labels.toml that only files of a group attest: no other file and no regulation has them."""
    outside = (each.words for file, each in needed.items() if file not in group)
    return listed().difference(evidence()["prescribed"], *outside)


def held(group: Collection[str], needed: Mapping[str, Needed]) -> dict[str, bool]:
    """Return the conditions to hold while a group is read: those with an outcome that no file outside of the group has.

    Each is mapped to the outcome that files outside have. A condition that these never meet is left out.
    """
    inside, outside = set[Outcome](), set[Outcome]()
    for file, each in needed.items():
        (inside if file in group else outside).update(each.outcomes)
    return {place: not outcome for place, outcome in inside - outside if (place, not outcome) in outside}


def score(shared: Path, by: str, kind: Scored = FILINGS) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """Read all files without what only their group attests; return the score, and the differences from the key.

    The score counts facts by kind and success. `by` names the groups: `layout`, `body` or `province`; conditions are
    held for layouts alone.
    """
    for name in ("shapes.validate", "store", "ontology.codes", "ontology.numbers"):
        import_module(f"jixiao.{name}")  # once, for all copies of this process
    truth = _truth(shared, kind)
    others = {each.name: each for each in (shared / "seeds").glob("*.txt")}
    if kind != FILINGS:
        others |= {file: shared / "filings" / file for file in _truth(shared, FILINGS)}
    needed = _needed({file: shared / kind.folder / file for file in truth} | others)
    tasks = [
        (shared, kind, files, words_alone(group, needed), held(group, needed) if by == "layout" else {})
        for group in _groups(by, needed)
        if (files := sorted(truth.keys() & group))
    ]
    scored = _each(_scored, tasks)
    return sum((counted for counted, _ in scored), start=Counter()), sorted(note for _, said in scored for note in said)


def _truth(shared: Path, kind: Scored) -> dict[str, Any]:
    """Return the key (the right facts) of the files of a kind, by file name."""
    files = json.loads((shared / kind.folder / "truth.json").read_text(encoding="utf-8"))["files"]
    return {each["file"]: each for each in files}


def _each(work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Call `work` with the arguments of each task, in a forked process of its own; return the results in order."""
    with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        return pool.starmap(work, tasks, chunksize=1)


def main(
    paths: Annotated[list[Path] | None, typer.Argument(help="files whose words are evidence")] = None,
    by: Literal["layout", "body", "province"] = "layout",
    shared: Annotated[Path, typer.Option(help="the folder of filings/, seeds/ and tools/")] = SHARED,
    every: Annotated[bool, typer.Option("--all", help="list every difference")] = False,
    evaluations: Annotated[bool, typer.Option(help="score self-evaluations")] = False,
) -> None:
    """Write evidence.toml from files, or print the score."""
    if paths:
        _write(paths)
        return
    kind = EVALUATIONS if evaluations else FILINGS
    total, notes = score(shared, by, kind)
    space, printing = judging(shared, kind, *(["--all"] if every else []))
    goals = space["GOALS"] if evaluations else GOALS[by]
    exec(printing, space | {"GOALS": goals, "score": total, "notes": notes})  # noqa: S102 - as in judging


def judging(shared: Path, kind: Scored, *options: str) -> tuple[dict[str, Any], str]:
    """Run the definitions of a script that scores; return its names, and its remaining text, which prints a score.

    `options` become the arguments of the script's command line.
    """
    path = shared / "tools" / kind.script
    functions, _, scoring = path.read_text(encoding="utf-8").partition(kind.scores)
    sys.argv = [str(path), *options]
    space: dict[str, Any] = {"__file__": str(path), "__name__": path.stem}
    exec(compile(functions, path, "exec"), space)  # noqa: S102 - written by those who judge
    return space, scoring[scoring.index("\nfor note in") :]


def _scored(
    shared: Path, kind: Scored, names: list[str], words: Collection[str], conditions: Mapping[str, bool]
) -> tuple[Counter[tuple[str, bool]], list[str]]:
    """Read files without `words` and with `conditions` held to an outcome; return the script's score and its notes.

    `names` are the files, and `conditions` maps a condition's place to its outcome.
    """
    rebuilt(conditions.get)
    for known in lists(import_module("jixiao.ingest.roles.labels")):
        known[:] = [word for word in known if folded(word) not in words]
    space, _ = judging(shared, kind)
    truth = _truth(shared, kind)
    for name in names:
        store = pyoxigraph.Store()
        if deposit := _deposit(shared / kind.folder / name):
            store.load(deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
        arguments = (truth[name], store, "") if kind == FILINGS else (name, truth[name], store)
        space[kind.function](*arguments)
    return space["score"], space["notes"]


def _deposit(path: Path) -> Any:
    """Read a file and return its deposit; None if it is refused, or if conditions that are held break its reading."""

    def end(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    try:
        return _read(path).deposit
    except Exception:  # noqa: BLE001 - a value of any type may be missing where a condition does not hold
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read(path: Path) -> Any:
    identity = import_module("jixiao.ontology.identity")
    return import_module("jixiao.ingest.document").read_document(path.read_bytes(), path.name, identity.DEFAULT_BASE)


_WORDS: set[str] = set()
_OUTCOMES: set[Outcome] = set()


class _Word(str):
    """A known word that is noted as needed when it equals a word of a filing.

    Such words stand in sets and as keys of mappings in place of plain texts, so that a look-up there notes the word
    found.
    """

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        found = str.__eq__(self, other)
        _WORDS.update([str(self)] if found is True else ())
        return found


def _noting(known: Any) -> Any:
    """Return a frozenset or dict with its words as _Word, which note themselves when found; others unchanged."""
    if type(known) is frozenset:
        return frozenset(map(_Word, known))
    return {_Word(word): meaning for word, meaning in known.items()} if type(known) is dict else known


def _met(place: str, value: Any) -> Any:
    _OUTCOMES.add((place, bool(value)))
    return value


def _needed(files: Mapping[str, Path], *, alike: bool = True) -> dict[str, Needed]:
    """Read each file in a process of its own, and return the words and conditions that its reading needs, by file.

    With `alike`, a word of the file that is only like a known word counts as this known word.
    """
    rebuilt(_met)
    fresh: Any = import_module("jixiao.ingest.roles.labels")
    known = fresh.labels()
    noted = replace(known, **{each.name: _noting(getattr(known, each.name)) for each in fields(known)})
    fresh.labels = lambda: noted
    if not alike:
        fresh.like = lambda _: None
    import_module("jixiao.ingest.document")
    return dict(zip(files, _each(_seen, [(path,) for path in files.values()]), strict=True))


def _seen(path: Path) -> Needed:
    """Read a file, and return the words and conditions that it needs; the process must have read no other file."""
    text = folded("".join(chain.from_iterable(line.text.split() for line in read(path.read_bytes()).lines)))
    _WORDS.clear()
    _OUTCOMES.clear()
    _read(path)
    return Needed(_WORDS, text, _OUTCOMES)


def _write(paths: list[Path]) -> None:
    """Write the words of labels.toml with the bodies whose files attest them; regulations are kept as they are."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file, needed in _needed({str(path): path for path in paths}, alike=False).items():
        for word in needed.words:
            found[word].add(body(file))
    head, _, _ = _EVIDENCE.read_text(encoding="utf-8").partition("[bodies]\n")
    kept = sorted(listed() & found.keys())
    lines = [f"{json.dumps(word, ensure_ascii=False)} = {json.dumps(_enough(found[word]))}\n" for word in kept]
    _EVIDENCE.write_text(f"{head}[bodies]\n{''.join(lines)}", encoding="utf-8")


def _enough(bodies: set[str]) -> list[str]:
    """Choose up to _ENOUGH bodies to name as evidence of a word, of different provinces if possible.

    `CASES` is chosen only if there is no other body.
    """
    first, *others = sorted(bodies - {CASES}) or [CASES]
    further = [each for each in others if each.partition("/")[0] != first.partition("/")[0]] or others
    return [first, *further[: _ENOUGH - 1]]


if __name__ == "__main__":
    typer.run(main)
