"""Print results to stdout and everything else to stderr, Chinese first; define options that several commands have.

Commands that use a store also say what is not set in the store, outdated or without effect. What rich draws is in
tables.py and progress_bar.py, since rich is slow to import.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from jixiao.ingest.version import READING
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Check, Objection, Registry, Store, ineffective, objections
from jixiao.store.description.publisher import Agent

# Control characters (C0, DEL, C1) in an untrusted file could move the cursor, or worse; tabs and line breaks are safe.
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")

_MOST_ASIDE = 10  # names of files that are passed over

JobsOption = Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)]

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]

ViewsOption = Annotated[
    Path | None,
    typer.Option(
        "--views", envvar="JIXIAO_VIEWS", help="另加视图的文件夹 · a folder of further views", show_default=False
    ),
]


def visible(text: str) -> str:
    """Replace control characters by U+FFFD, so that the text is safe to print to a terminal."""
    return text.translate(_CONTROLS)


def shorten(text: str, most: int = 200) -> str:
    """Shorten text to its first `most` characters."""
    return text if len(text) <= most else f"{text[:most]}……"


def say(text: str = "") -> None:
    """Print a line to stderr."""
    sys.stderr.write(f"{visible(text)}\n")


def say_aside(names: Sequence[str]) -> None:
    """Tell in a line how many files of systems and programs were passed over in folders and zips, with their names."""
    if names:
        shown = "、".join(names[:_MOST_ASIDE]) + ("…" if len(names) > _MOST_ASIDE else "")
        say(f"略过系统和程序的文件 · files of systems and programs passed over: {len(names):,}（{shown}）")


def fail(text: str) -> NoReturn:
    """End the command with an error message and status 2: a wrong call, or a path or store that cannot be used."""
    say_error(text)
    raise typer.Exit(2)


def say_error(text: str) -> None:
    """Print an error message to stderr."""
    say(f"错误 · error: {text}")


def write(*pieces: str | bytes) -> None:
    """Print a result to stdout unchanged, with text in UTF-8."""
    write_all(pieces)


def write_all(pieces: Iterable[str | bytes]) -> None:
    """Print the pieces of a result to stdout as they are made."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode() if isinstance(piece, str) else piece)
    sys.stdout.buffer.flush()


def write_json(value: object) -> None:
    """Print a value to stdout as JSON."""
    write(json.dumps(value, ensure_ascii=False, indent=1), "\n")


def say_lapsed(store: Store, check: Check) -> None:
    """Print the decisions in a store's registry that have no effect, each with file and line.

    They are about things that the store does not have, as `check` finds, or about values and findings that are gone.
    """
    generation, registry = store.current(), store.registry()
    if generation is not None:
        graph = generation.graph
        say_objections(registry, (*objections(registry, check, graph), *ineffective(registry, graph)))


def say_objections(registry: Registry, made: Iterable[Objection]) -> None:
    """Print objections to decisions, each with the file and line of its decision."""
    for each in made:
        say(f"{registry.place(each.decision)}: {each.sentence}")


def say_what_is_not_set(store: Store) -> None:
    """Print what a store leaves at the demonstration's values, and how it is set: base IRI and publisher."""
    if store.base_iri == DEFAULT_BASE:
        say(
            f"没有设基准 IRI，数据和引用里的地址是示例的 {DEFAULT_BASE}，以后不能改；"
            "公开的库用 jixiao ingest --base-iri 新建。"
            f" No base IRI is set: IRIs and citations are the demonstration's {DEFAULT_BASE}, for good; make a store"
            " that you publish with jixiao ingest --base-iri"
        )
    if store.publisher().publisher == Agent():
        say(
            f"没有写发布者，引用里是占位的名称；写在 {store.path / 'dataset.toml'} 的 [publisher.name]。"
            f" No publisher is set and citations have a placeholder; name one in {store.path / 'dataset.toml'},"
            " [publisher.name]"
        )


def say_if_outdated(store: Store) -> None:
    """Print how many of a store's sources were read by older rules, and the remedy, if there are any."""
    generation = store.current()
    count = 0 if generation is None else generation.sources.read_otherwise(READING)
    if count:
        say(
            f"有 {count:,} 个来源是按旧规则读的；请运行 jixiao reread --store {store.path}。"
            f" {count:,} {'sources were' if count > 1 else 'source was'} read by older rules;"
            f" run jixiao reread --store {store.path}"
        )
