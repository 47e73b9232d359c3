"""Error of the compiled engine for a shape that it cannot run as SHACL defines it."""

from rdflib.term import Node


class UnsupportedShapeError(ValueError):
    """A construct without support, refused when the shapes are loaded and never skipped."""

    def __init__(self, shape: Node | str, what: str) -> None:
        super().__init__(
            f"规则 {shape}：编译执行不支持 {what}；可用 --engine pyshacl。 "
            f"Shape {shape}: {what} is not supported by the compiled engine; use --engine pyshacl."
        )
