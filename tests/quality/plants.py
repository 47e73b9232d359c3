"""Planted mistakes: the tables of `planted/` go in, mutated filings and what is to be found in them come out."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
CLEAN, BESIDE = "clean.txt", "beside.txt"
HEADING = "项目经费情况说明"


@dataclass(frozen=True, order=True)
class Found:
    """A finding by the fault's name, what it is about ("" for a filing), and its lines."""

    fault: str
    about: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Plant:
    """One mistake in a filing without one.

    `replace` are words and what they become, each standing once in the part that belongs to `project` ("": the whole
    filing); `cut` the first and the last line of what is left out. `faults` are what is to be found, one but for good
    reason (`because`), none where nothing is wrong; each lies on the lines that hold the words of `lines`, and says
    what `says` lists. `abouts` are the projects' names, one a fault; `source` is the file that
    is mutated, `elsewhere` what the other one is told.
    """

    name: str
    faults: tuple[str, ...]
    project: str
    replace: tuple[tuple[str, str], ...]
    cut: tuple[str, str] | None
    lines: tuple[tuple[str, ...], ...]
    says: tuple[str, ...]
    abouts: tuple[str, ...]
    because: str = ""
    source: str = CLEAN
    elsewhere: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    @property
    def expected(self) -> tuple[Found, ...]:
        """Return the findings to expect, with line numbers in the mutated text."""
        rows = zip(self.faults, self.abouts, self.lines, strict=True)
        return tuple(sorted(Found(fault, about, self._numbers(about, words)) for fault, about, words in rows))

    def _numbers(self, about: str, words: tuple[str, ...]) -> tuple[int, ...]:
        try:
            start, end = part(self.text, about)
        except LookupError:  # the mistake is in the heading itself
            start, end = 0, len(self.text)
        first = self.text.count("\n", 0, start) + 1
        rows = self.text[start:end].split("\n")
        found = []
        for each in words:
            holding = [number for number, row in enumerate(rows, first) if each in f"{row}\n"]
            if not holding:  # the words of another project, with which the mistake is compared
                holding = [number for number, row in enumerate(self.text.split("\n"), 1) if each in f"{row}\n"]
            if len(holding) != 1:
                raise LookupError(f"{self.name}: “{each}” 在 {len(holding)} 行 stands on {len(holding)} lines")
            found += holding
        return tuple(sorted(set(found)))


def plants() -> Iterator[Plant]:
    """All planted mistakes, by file and in its order."""
    for file in sorted((HERE / "planted").glob("*.toml")):
        for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            yield _plant(f"{file.stem}/{name}", entry)


def _plant(name: str, entry: dict[str, object]) -> Plant:
    known = {
        "fault",
        "faults",
        "project",
        "replace",
        "cut",
        "lines",
        "says",
        "about",
        "abouts",
        "because",
        "elsewhere",
        "source",
    }
    assert entry.keys() <= known, f"{name}: {entry.keys() - known}"
    faults = tuple(entry.get("faults", [entry["fault"]] if "fault" in entry else []))  # type: ignore[call-overload]
    lines = entry.get("lines", [])
    nested = lines if "faults" in entry else [lines][: len(faults)]
    plant = Plant(
        name=name,
        faults=faults,
        project=str(entry["project"]),
        replace=tuple((str(old), str(new)) for old, new in entry.get("replace", [])),  # type: ignore[attr-defined]
        cut=tuple(entry["cut"]) if "cut" in entry else None,  # type: ignore[arg-type]
        lines=tuple(tuple(each) for each in nested),  # type: ignore[attr-defined]
        says=tuple(entry.get("says", [])),  # type: ignore[arg-type]
        abouts=tuple(entry.get("abouts", [entry.get("about", entry["project"])] * len(faults))),  # type: ignore[arg-type]
        because=str(entry.get("because", "")),
        source=str(entry.get("source", CLEAN)),
        elsewhere=tuple(entry.get("elsewhere", [])),  # type: ignore[arg-type]
    )
    return replace(plant, text=mutated(plant, (HERE / plant.source).read_text(encoding="utf-8")))


def mutated(plant: Plant, whole: str) -> str:
    """Return a filing with the mistake; it may have others. Raises LookupError if its words do not stand there once."""
    start, end = part(whole, plant.project)
    text = whole[start:end]
    for old, new in plant.replace:
        if text.count(old) != 1:
            raise LookupError(f"{plant.name}: “{old}” 出现 {text.count(old)} 次 stands {text.count(old)} times")
        text = text.replace(old, new)
    if plant.cut:
        rows = text.split("\n")
        holding = [[n for n, row in enumerate(rows) if words in row] for words in plant.cut]
        if not all(holding):
            raise LookupError(f"{plant.name}: {plant.cut} 不在其中 is not there")
        text = "\n".join(rows[: holding[0][0]] + rows[holding[1][0] + 1 :])
    return whole[:start] + text + whole[end:]


def together(chosen: Iterable[Plant]) -> list[list[Plant]]:
    """Put mistakes into as few filings as they fit, each at lines of its own; one that renames a project is alone."""
    filings: list[list[Plant]] = []
    for plant in chosen:
        for filing in filings:
            if joined := _joined(filing, plant):
                filing[:] = joined
                break
        else:
            filings.append([plant])
    return filings


def _joined(filing: list[Plant], plant: Plant) -> list[Plant]:
    """Return the mistakes of a filing with one more; nothing if it does not fit."""
    both = (*filing, plant)
    if len({each.source for each in both}) > 1 or any({*each.abouts} - {"", each.project} for each in both):
        return []
    try:
        text = mutated(plant, filing[0].text)
        joined = [replace(each, text=text) for each in both]
        *others, own = ({line for found in each.expected for line in found.lines} for each in joined)
    except LookupError:
        return []
    return joined if own.isdisjoint(chain(*others)) else []


def part(text: str, project: str) -> tuple[int, int]:
    """Return where a project's part begins and ends, from its narrative to the next; for "" the whole text."""
    if not project:
        return 0, len(text)
    heads = [found.start() for found in re.finditer(HEADING, text)]
    squeezed = project.replace(" ", "")
    for place, beyond in zip(heads, [*heads, len(text)][1:], strict=True):
        if squeezed in text[place : text.index("\n", place)].replace(" ", ""):
            return place, beyond
    raise LookupError(f"没有项目 no project {project}")
