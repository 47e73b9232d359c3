"""Print results to stdout and everything else to stderr, Chinese first; define options that several commands have.

What rich draws is in tables.py, since rich is slow to import.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from jixiao.ontology.text.bilingual import Bilingual, halves
from jixiao.ontology.text.display import visible

_MOST_ASIDE = 10  # names of files that are passed over

JobsOption = Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)]

StoreOption = Annotated[Path, typer.Option("--store", help="库的目录 · the store's directory")]

ViewsOption = Annotated[
    Path | None,
    typer.Option(
        "--views", envvar="JIXIAO_VIEWS", help="另加视图的文件夹 · a folder of further views", show_default=False
    ),
]

Language = Literal["zh", "en", "both"]

LangOption = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        help="给人看的文字的语言：中文、英文或两种；终端上的默认由语言环境决定，别处是两种 · "
        "language of text for people; the locale decides on a terminal, elsewhere it is both",
        show_default=False,
    ),
]

FullOption = Annotated[bool, typer.Option("--full", help="终端上也列出全部的行 · list all rows on a terminal, too")]


@dataclass(frozen=True)
class Words:
    """The language of what a command prints: Chinese, English or, with the Chinese first, both."""

    language: Language

    @classmethod
    def of(cls, given: Language | None) -> "Words":
        """Choose a language: the given one or, for None, that of the locale on a terminal, and both elsewhere."""
        return cls(given or (of_locale() if sys.stdout.isatty() else "both"))

    def t(self, zh: str, en: str) -> str:
        """Return the Chinese or the English words, by the language, or both with a space between them."""
        return {"zh": zh, "en": en, "both": zh if zh == en else f"{zh} {en}"}[self.language]

    def said(self, words: Bilingual | str) -> str:
        """Return a name or sentence in the language; a single text with both languages is split first."""
        words = halves(words) if isinstance(words, str) and self.language != "both" else words
        return words if isinstance(words, str) else self.t(words.zh, words.en)


def of_locale() -> Language:
    """Return the language of the terminal: English if the locale names a language other than Chinese.

    A locale of no language (C, POSIX) gets Chinese, since the forms that are quoted are in Chinese.
    """
    stated = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if stated.startswith(("zh", "C", "POSIX")) or not stated else "en"


def say(text: str = "") -> None:
    """Print a line to stderr."""
    sys.stderr.write(f"{visible(text)}\n")


def say_aside(names: Sequence[str]) -> None:
    """Print a line with the number and names of files that were passed over in folders and zips.

    They are files of systems and programs, and links out of a folder or to nothing. Nothing is printed without any.
    """
    if names:
        shown = "、".join(names[:_MOST_ASIDE]) + ("…" if len(names) > _MOST_ASIDE else "")
        say(
            "略过指向文件夹外或没有目标的链接、系统和程序的文件 · "
            "links out of the folder or to nothing, files of systems and programs passed over: "
            f"{len(names):,}（{shown}）"
        )


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
