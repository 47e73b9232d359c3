"""Add the operator's own views, `.rq` files in a folder of his choice, to the views of jixiao.

Such a file is a plain SELECT, whose header describes its columns. Its rows are a table in the cache, and each column is
a parameter. It is checked more strictly than ours, which tests run: its name, that it was not written with parameters,
as version 0.2.0 had them, that its query is a SELECT which this server permits, and that the query selects the columns
that the header describes.
"""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.yaml_text import made
from jixiao.server.errors import QueryError, ViewFileError
from jixiao.server.views import table_address, view_files
from jixiao.store.tables.filling import LAID_OUT, selected
from jixiao.store.tables.table import STORED, Column, Table, tables

_LOG = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OF_0_2_0 = re.compile(r"^(?:#\+ params:.*|[ \t]*VALUES \?_\w+.*|[ \t]*# given .*)$", re.MULTILINE)
"""A line of a file with parameters."""


def load_all(base_iri: str = DEFAULT_BASE, folder: Path | None = None) -> dict[str, view_files.View]:
    """Return the views of jixiao and of a folder, by name; a faulty file is named in the log, and left out.

    Raises ViewFileError for no folder.
    """
    views, errors = ([], []) if folder is None else read_all(folder, base_iri)
    for error in errors:
        _LOG.warning("%s", error)
    return view_files.load(base_iri) | {view.name: view for view in views}


def read_all(folder: Path, base_iri: str = DEFAULT_BASE) -> tuple[list[view_files.View], list[ViewFileError]]:
    """Return the views of a folder's `.rq` files and the errors of faulty files. Raises ViewFileError for no folder."""
    views, errors = [], []
    for path in paths(folder):
        try:
            views.append(_read(path, base_iri))
        except ViewFileError as error:
            errors.append(error)
    return views, errors


def paths(folder: Path) -> list[Path]:
    """Return the files of a folder of views. Raises ViewFileError for no folder."""
    if not folder.is_dir():
        raise ViewFileError(f"没有视图的文件夹 {folder}。", f"There is no folder of views {folder}.")
    return sorted(folder.glob("*.rq"))


def _read(path: Path, base_iri: str) -> view_files.View:
    """Return the view in a file, after trying its query on an empty store. Raises ViewFileError."""
    if not _NAME.fullmatch(path.stem):
        raise _error(
            path, "文件名只能有小写字母、数字和连字符", "its name may have lower-case letters, digits and hyphens"
        )
    if path.stem in {*view_files.load(base_iri), *tables(), *LAID_OUT}:
        raise _error(path, "已有同名的视图或表", "there is a view or a table of that name already")
    try:
        _refuse_parameters(path, path.read_text(encoding="utf-8"))
        view = view_files.read(path, base_iri, own=_table)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, AttributeError, IndexError) as error:
        raise _error(path, f"题头不能读取：{error}", f"its header cannot be read: {error}") from error
    from jixiao.server.query import guard  # noqa: PLC0415 - jixiao's own views need no check

    # The query runs once as it stands, and once within that of a condition.
    for sparql in (view.sparql, view.example()):
        try:
            guard.check(sparql)
            columns = selected(sparql)
        except QueryError as error:
            raise _error(path, error.zh, error.en) from error
        except SyntaxError as error:
            raise _error(path, f"查询有误：{error}", f"the query is wrong: {error}") from error
        if columns is None:
            raise _error(path, "视图应为 SELECT", "a view is a SELECT")
        lacking = [column.name for column in view.columns if column.name not in {*columns, view_files.ADDRESS}]
        if lacking:
            raise _error(path, f"查询没有选出 {'、'.join(lacking)}", f"the query does not select {', '.join(lacking)}")
    return view


def _refuse_parameters(path: Path, text: str) -> None:
    """Raise ViewFileError, which names the line, for a file with parameters."""
    if found := _OF_0_2_0.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ViewFileError(
            f"{path}:{line}：{found[0].strip()} 是 0.2.0 的写法，自己的视图不再有参数；请删去 params、VALUES ?_… 和"
            " # given … # end 各块，查询选出的每一列都可以用作条件。",
            f"{path}:{line}: {found[0].strip()} is in the form of 0.2.0, and views of your own have no parameters any"
            " more; remove params, VALUES ?_… and the blocks # given … # end: every column that the query selects can"
            " be a condition.",
        )


def _table(name: str, header: Mapping[str, Any], sparql: str) -> tuple[Table, Mapping[str, Any]]:
    """Return the table of a file, and its header with parameters for the columns. Raises KeyError and EntryError."""
    columns = tuple(
        Column(
            entry["name"],
            entry["type"] if entry["type"] in STORED else "text",
            made(Bilingual, entry["label"]),
            link=entry.get("link"),
            sum=entry.get("sum", False) and entry["type"] in STORED,
            group=entry["type"] not in ("yuan", "decimal", "integer", "line"),
        )
        for entry in header["columns"]
        if entry["name"] != view_files.ADDRESS
    )
    label = made(Bilingual, header["title"])
    table = Table(name, label, header.get("noun") or {}, (columns[0].name,), columns, sparql, repeats=True)
    return table, {**header, "params": [*table_address.of_columns(table)]}


def _error(path: Path, zh: str, en: str) -> ViewFileError:
    return ViewFileError(f"{path}：{zh}。", f"{path}: {en}.")
