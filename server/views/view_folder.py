"""Add the operator's own views, `.rq` files in a folder of his choice, to the views of jixiao.

Such a file is checked more strictly than ours, which tests run: its name, that its query is a SELECT which this server
permits, and that the query selects the columns that the header describes.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import yaml

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.errors import QueryError, ViewFileError
from jixiao.server.query import guard
from jixiao.server.views import view_files
from jixiao.server.views.view_files import DIRECTORY, View

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def load_all(base_iri: str = DEFAULT_BASE, folder: Path | None = None) -> dict[str, View]:
    """Return jixiao's views and those of a folder, by name. Raises ViewFileError for the first faulty file."""
    views = view_files.load(base_iri)
    for path, found in () if folder is None else read_each(folder, base_iri):
        if isinstance(found, ViewFileError):
            raise found
        views[path.stem] = found
    return views


def read_each(folder: Path, base_iri: str = DEFAULT_BASE) -> Iterator[tuple[Path, View | ViewFileError]]:
    """Yield each `.rq` file of a folder with its view or its error. Raises ViewFileError if there is no such folder."""
    if not folder.is_dir():
        raise ViewFileError(f"没有视图的文件夹 {folder}。", f"There is no folder of views {folder}.")
    for path in sorted(folder.glob("*.rq")):
        try:
            yield path, _read(path, base_iri)
        except ViewFileError as error:
            yield path, error


def _read(path: Path, base_iri: str) -> View:
    """Read a view of a folder and try its query. Raises ViewFileError, which names the file."""
    if not _NAME.fullmatch(path.stem):
        raise _error(
            path, "文件名只能有小写字母、数字和连字符", "its name may have lower-case letters, digits and hyphens"
        )
    if (DIRECTORY / path.name).exists():
        raise _error(path, "已有同名的视图", "there is a view of that name already")
    try:
        view = view_files.read(path, base_iri)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, AttributeError) as error:
        raise _error(path, f"题头不能读取：{error}", f"its header cannot be read: {error}") from error
    _try(path, view)
    return view


def _try(path: Path, view: View) -> None:
    """Run the query on an empty store, once with the required parameters and once with all. Raises ViewFileError."""
    required = {parameter.name: parameter.example for parameter in view.params if parameter.required}
    for given in (required, {parameter.name: parameter.example for parameter in view.params}):
        selected = _selected(path, view.bind(given))
        lacking = [column.name for column in view.columns if column.name not in selected]
        if lacking:
            raise _error(path, f"查询没有选出 {'、'.join(lacking)}", f"the query does not select {', '.join(lacking)}")


def _selected(path: Path, sparql: str) -> set[str]:
    """Return the variables that a query selects. Raises ViewFileError if the query may not run or is no SELECT."""
    try:
        guard.check(sparql)
        results = pyoxigraph.Store().query(sparql)
    except QueryError as error:
        raise _error(path, error.zh, error.en) from error
    except SyntaxError as error:
        raise _error(path, f"查询有误：{error}", f"the query is wrong: {error}") from error
    if not isinstance(results, pyoxigraph.QuerySolutions):
        raise _error(path, "视图应为 SELECT", "a view is a SELECT")
    return {variable.value for variable in results.variables}


def _error(path: Path, zh: str, en: str) -> ViewFileError:
    return ViewFileError(f"{path}：{zh}。", f"{path}: {en}.")
