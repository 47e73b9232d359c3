"""Define the command that shows jixiao at work on the examples that are installed with it."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao import ontology
from jixiao.terminal import say

_EXAMPLES = Path(str(ontology.__file__)).parents[1] / "examples"  # in the checkout, and in the installed package
_NUMBER = "松委发（2009）97号"
_USUAL_PORT = 8000
_SHOWN = ("name", "department", "year", "amount", "printedNumber", "line")
_WIDTH = 100
"""Columns of the answer that are shown, and the width of their table in characters."""


def demo(
    store: Annotated[
        Path | None,
        typer.Option(help="库的目录 · the store's directory [data/demo, data/demo-PORT]", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 · port")] = _USUAL_PORT,
) -> None:
    """读入附带的示例，回答一个问题，提供服务 · read the examples, answer a question, serve."""
    say("读取附带的示例申报表 · reading the example filings")
    from jixiao.commands import serving, stores, view  # noqa: PLC0415 - the line above comes before slow imports
    from jixiao.ingest import load, originals  # noqa: PLC0415
    from jixiao.store import Store  # noqa: PLC0415
    from jixiao.viewing import Viewing  # noqa: PLC0415

    # IRIs of a store begin with its address, so each port has a store of its own.
    place = store or Path("data") / ("demo" if port == _USUAL_PORT else f"demo-{port}")
    opened = Store.create(place, f"http://localhost:{port}/")
    load.ingest(originals.files([_EXAMPLES]), opened)
    stores.say_size(opened)
    say(f"哪些项目引用 {_NUMBER}？ Which projects cite {_NUMBER}?")
    view.print_columns(Viewing.open(place).answer("projects-citing", {"number": _NUMBER}), _SHOWN, _WIDTH)
    serving.run({"store": place, "port": port}, reminds=False)
