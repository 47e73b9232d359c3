"""Note which outcomes the conditions in jixiao.ingest have, and hold conditions to an outcome.

A condition is a test by which code decides: that of an `if`, also in an expression or a comprehension, an element of
`any` or `all`, and the result of a function that returns a bool. The parts that `and`, `or` and `not` join are
conditions of their own. The conditions of `while` do not count, since a loop would not end if its condition were held
to be true.
"""

import ast
import builtins
import sys
from collections.abc import Callable
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

_ROOM = "jixiao.ingest"
Outcome = tuple[str, bool]
"""The place of a condition, and whether it holds."""
_as_written = SourceFileLoader.get_code


class Conditions(ast.NodeTransformer):
    """A rewriter of a module's syntax tree, by which each condition is passed to the function `_met`.

    `_met` gets the condition's place, the text `module:line:column`, and its value; the result of `_met` is used
    instead.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def _noted(self, test: ast.expr) -> ast.expr:
        if isinstance(test, ast.BoolOp):
            test.values = list(map(self._noted, test.values))
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._noted(test.operand)
        else:
            place = ast.Constant(f"{self._module}:{test.lineno}:{test.col_offset}")
            return ast.Call(ast.Name("_met", ast.Load()), [place, test], [])
        return test

    def visit(self, node: ast.AST) -> Any:
        """Rewrite the conditions in a node's children, then those of the node itself, and return the node."""
        self.generic_visit(node)
        match node:
            case ast.If() | ast.IfExp():
                node.test = self._noted(node.test)
            case ast.comprehension():
                node.ifs = list(map(self._noted, node.ifs))
            case ast.Call(func=ast.Name(id="any" | "all"), args=[ast.GeneratorExp() as each]):
                each.elt = self._noted(each.elt)
            case ast.FunctionDef(returns=ast.Name(id="bool")):
                for end in ast.walk(node):
                    if isinstance(end, ast.Return) and end.value and not isinstance(end.value, ast.Constant):
                        end.value = self._noted(end.value)
        return node


@cache
def _code(module: str, path: str) -> CodeType:
    tree = Conditions(module).visit(ast.parse(Path(path).read_bytes()))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def _get_code(self: SourceFileLoader, module: str) -> CodeType | None:
    return _code(module, self.path) if module.startswith(_ROOM) else _as_written(self, module)


def rebuilt(met: Callable[[str, Any], Any]) -> None:
    """Drop all modules of jixiao.ingest, so that the next import makes them anew with their conditions rewritten.

    `met` is called for each condition with its place and value; the result of `met` counts as the condition's value.
    """
    for module in [each for each in sys.modules if each.startswith(_ROOM)]:
        del sys.modules[module]
    SourceFileLoader.get_code = _get_code  # type: ignore[method-assign, assignment]
    builtins._met = met  # type: ignore[attr-defined]
