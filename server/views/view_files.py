"""Read views from .rq files, bind their parameters, and answer them through a query function.

A file is complete SPARQL that runs as it is pasted. Its `#+` lines are YAML: title, question (as people would ask it),
description, params, columns, and optionally `heading` (the column that names the thing shown), `context` (number of
source lines shown around each row's line) and `empty` (the sentence for no rows). A parameter is the file's own row
`VALUES ?_name { example }` (`{ UNDEF }` if optional), see binding.py; a column is a selected variable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.errors import ParameterError, ViewFileError
from jixiao.server.queries.binding import Term, bind, has_row
from jixiao.server.views.answers import COLUMN_TYPES, Answer, Column, read_rows
from jixiao.server.views.parameters import KINDS, Parameter

DIRECTORY = Path(__file__).parent
MAX_ROWS = 10_000
PAGING = ("limit", "offset")

QueryFunction = Callable[[str], bytes]
"""A function from SPARQL to SPARQL 1.1 Query Results JSON."""

_LIMIT = re.compile(r"^LIMIT (\d+)\s*\Z", re.MULTILINE)


@dataclass(frozen=True)
class View:
    """One view, read from its file. `base_iri` is the store's: names of departments become IRIs below it."""

    name: str
    title_zh: str
    title_en: str
    question: Bilingual
    description_zh: str
    description_en: str
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    default_limit: int
    base_iri: str
    heading: str | None
    context: int | None
    empty_zh: str
    empty_en: str

    def example(self) -> str:
        """Return the SPARQL with the example of each required parameter, with IRIs of this store."""
        return self.bind({parameter.name: parameter.example for parameter in self.params if parameter.required})

    def bind(self, params: Mapping[str, str]) -> str:
        """Return the SPARQL with the given parameters bound; empty values count as not given. Raises ParameterError."""
        limit, offset = self._paging(params)
        return self._bound(params, limit, offset)

    def answer(self, query: QueryFunction, params: Mapping[str, str], version: str) -> Answer:
        """Run the view through `query` on the dataset of the given version.

        Raises ParameterError, and what `query` raises.
        """
        limit, offset = self._paging(params)
        sparql = self._bound(params, limit, offset)
        rows = read_rows(query(self._bound(params, limit + 1, offset)), self.columns)
        given = {name: value for name, value in params.items() if value.strip()}
        return Answer(
            view=self.name,
            params=given,
            dataset_version=version,
            truncated=len(rows) > limit,
            columns=self.columns,
            rows=tuple(rows[:limit]),
            sparql=sparql,
            message=None if rows else self._empty(given),
        )

    def _bound(self, params: Mapping[str, str], limit: int, offset: int) -> str:
        known = {parameter.name for parameter in self.params} | set(PAGING)
        if unknown := sorted(set(params) - known):
            named = "、".join(sorted(known))
            raise ParameterError(
                f"视图 {self.name} 没有参数 {'、'.join(unknown)}；可用的参数：{named}。",
                f"View {self.name} has no parameter {', '.join(unknown)}; it knows {', '.join(sorted(known))}.",
            )
        values: dict[str, Term] = {}
        for parameter in self.params:
            typed = params.get(parameter.name, "")
            if typed.strip():
                values[parameter.name] = parameter.term(typed, self.base_iri)
            elif parameter.required:
                raise ParameterError(
                    f"缺少参数 {parameter.name}（{parameter.label_zh}），例如 {parameter.name}={parameter.example}。",
                    f"Parameter {parameter.name} ({parameter.label_en}) is missing;"
                    f" for example {parameter.name}={parameter.example}.",
                )
        paged = _LIMIT.sub(f"LIMIT {limit}" + (f" OFFSET {offset}" if offset else ""), self.sparql)
        return bind(paged, values)

    def _paging(self, params: Mapping[str, str]) -> tuple[int, int]:
        limit = count(params, "limit", self.default_limit, 1, MAX_ROWS)
        return limit, count(params, "offset", 0, 0, 10**9)

    def _empty(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return the sentence for no rows, with the parameters as they were typed."""
        typed = {parameter.name: given.get(parameter.name, "") for parameter in self.params}
        return {"zh": self.empty_zh.format_map(typed), "en": self.empty_en.format_map(typed)}


def load(base_iri: str = DEFAULT_BASE, directory: Path = DIRECTORY) -> dict[str, View]:
    """Return all views by name, for a store with the given base IRI.

    Raises ViewFileError for a file that breaks the rules.
    """
    return {path.stem: read(path, base_iri) for path in sorted(directory.glob("*.rq"))}


def read(path: Path, base_iri: str = DEFAULT_BASE) -> View:
    """Read one view from its file. Raises ViewFileError."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    header = yaml.safe_load("".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+")))
    sparql = "".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    try:
        view = _view(path.stem, header, sparql, base_iri)
    except (KeyError, TypeError) as error:
        raise ViewFileError(
            f"{path.name} 的题头不全：{error!r}。", f"{path.name}: its header lacks {error!r}."
        ) from error
    _check(view, path.name)
    return view


def _view(name: str, header: Mapping[str, Any], sparql: str, base_iri: str) -> View:
    limit = _LIMIT.search(sparql)
    nothing = {"zh": "没有符合条件的结果。", "en": "Nothing matches."}
    return View(
        name=name,
        title_zh=header["title"]["zh"],
        title_en=header["title"]["en"],
        question=Bilingual(**header.get("question", header["title"])),
        description_zh=header["description"]["zh"],
        description_en=header["description"]["en"],
        params=tuple(_parameter(entry) for entry in header.get("params") or ()),
        columns=tuple(_column(entry) for entry in header["columns"]),
        sparql=sparql,
        default_limit=int(limit[1]) if limit else 0,
        base_iri=base_iri,
        heading=header.get("heading"),
        context=header.get("context"),
        empty_zh=header.get("empty", nothing)["zh"],
        empty_en=header.get("empty", nothing)["en"],
    )


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=entry["name"],
        kind=entry["kind"],
        required=bool(entry.get("required", False)),
        example=str(entry["example"]),
        label_zh=entry["label"]["zh"],
        label_en=entry["label"]["en"],
    )


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=entry["name"],
        type=entry["type"],
        label=MappingProxyType({"zh": entry["label"]["zh"], "en": entry["label"]["en"]}),
        link=entry.get("link"),
        sum=bool(entry.get("sum", False)),
        note=entry.get("note"),
    )


def _check(view: View, file_name: str) -> None:
    """Hold a file to the rules that binding relies on. Raises ViewFileError."""
    faults = [f"kind {p.kind}" for p in view.params if p.kind not in KINDS]
    faults += [f"VALUES ?_{p.name}" for p in view.params if not has_row(view.sparql, p.name)]
    faults += [f"type {c.type}" for c in view.columns if c.type not in COLUMN_TYPES]
    names = {column.name for column in view.columns}
    faults += [f"link {c.link}" for c in view.columns if c.link and c.link not in names]
    faults += [f"note {c.note}" for c in view.columns if c.note and c.note not in names]
    if view.heading and view.heading not in names:
        faults.append(f"heading {view.heading}")
    if not view.default_limit or "ORDER BY" not in view.sparql:
        faults.append("ORDER BY … LIMIT n")
    if faults:
        raise ViewFileError(f"{file_name} 有误：{'；'.join(faults)}。", f"{file_name} is wrong: {'; '.join(faults)}.")


def count(params: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Return the whole number typed for a parameter, or `default` if none was typed. Raises ParameterError."""
    typed = params.get(name, "").strip()
    if not typed:
        return default
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and least <= int(typed) <= most):
        raise ParameterError(
            f"参数 {name} 应为 {least} 到 {most} 的整数；收到的是“{typed}”。",
            f'Parameter {name} takes a whole number from {least} to {most}; it was "{typed}".',
        )
    return int(typed)
