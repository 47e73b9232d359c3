"""Read YAML: the headers of query files (.rq), views, and the parts of the OpenAPI document."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C (libyaml) if it is installed: it reads all views' headers in 0.01 s, the one in Python in 0.1 s."""


def load(text: str) -> Any:
    """Return the dicts, lists, strings and numbers that a YAML text states. Raises yaml.YAMLError."""
    return yaml.load(text, _LOADER)  # noqa: S506 - both loaders are safe


def split_header(text: str) -> tuple[Any, str]:
    """Return what the `#+` lines of a query file state as YAML, None without such lines; and the query without them.

    Raises yaml.YAMLError.
    """
    lines = text.splitlines(keepends=True)
    header = load("".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+")))
    return header, "".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
