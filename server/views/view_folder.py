"""Add the operator's own views, `.rq` files in a folder of his choice, to the views of jixiao.

Such a file is checked more strictly than ours, which tests run: its name, that its query is a SELECT which this server
permits, and that the query selects the columns that the header describes.
"""

import re
from pathlib import Path

import pyoxigraph
import yaml

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.errors import QueryError, ViewFileError
from jixiao.server.query import guard
from jixiao.server.views import view_files

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def load_all(base_iri: str = DEFAULT_BASE, folder: Path | None = None) -> dict[str, view_files.View]:
    """Return the views of jixiao and of a folder, by name. Raises ViewFileError for the first faulty file."""
    views, errors = ([], []) if folder is None else read_all(folder, base_iri)
    if errors:
        raise errors[0]
    return view_files.load(base_iri) | {view.name: view for view in views}


def read_all(folder: Path, base_iri: str = DEFAULT_BASE) -> tuple[list[view_files.View], list[ViewFileError]]:
    """Return the views of a folder's `.rq` files and the errors of faulty files. Raises ViewFileError for no folder."""
    if not folder.is_dir():
        raise ViewFileError(f"没有视图的文件夹 {folder}。", f"There is no folder of views {folder}.")
    views, errors = [], []
    for path in sorted(folder.glob("*.rq")):
        try:
            views.append(_read(path, base_iri))
        except ViewFileError as error:
            errors.append(error)
    return views, errors


def _read(path: Path, base_iri: str) -> view_files.View:
    """Return the view in a file, after trying its query on an empty store. Raises ViewFileError."""
    if not _NAME.fullmatch(path.stem):
        raise _error(
            path, "文件名只能有小写字母、数字和连字符", "its name may have lower-case letters, digits and hyphens"
        )
    if path.stem in view_files.load(base_iri):
        raise _error(path, "已有同名的视图", "there is a view of that name already")
    try:
        view = view_files.read(path, base_iri)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, AttributeError) as error:
        raise _error(path, f"题头不能读取：{error}", f"its header cannot be read: {error}") from error
    # The query runs once with the required parameters and once with all.
    for params in ([parameter for parameter in view.params if parameter.required], view.params):
        sparql = view.bind({parameter.name: parameter.example for parameter in params})
        try:
            guard.check(sparql)
            selected = _selected(sparql)
        except QueryError as error:
            raise _error(path, error.zh, error.en) from error
        except SyntaxError as error:
            raise _error(path, f"查询有误：{error}", f"the query is wrong: {error}") from error
        if selected is None:
            raise _error(path, "视图应为 SELECT", "a view is a SELECT")
        lacking = [column.name for column in view.columns if column.name not in {*selected, view_files.ADDRESS}]
        if lacking:
            raise _error(path, f"查询没有选出 {'、'.join(lacking)}", f"the query does not select {', '.join(lacking)}")
    return view


def _selected(sparql: str) -> set[str] | None:
    """Return the names of the variables that a query selects; None if the query is no SELECT. Raises SyntaxError.

    Oxigraph's results must be freed in the thread that made them, so no traceback may keep a frame that holds them.
    """
    results = pyoxigraph.Store().query(sparql)
    if isinstance(results, pyoxigraph.QuerySolutions):
        return {variable.value for variable in results.variables}
    return None


def _error(path: Path, zh: str, en: str) -> ViewFileError:
    return ViewFileError(f"{path}：{zh}。", f"{path}: {en}.")
