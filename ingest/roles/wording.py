"""Words, patterns and weights of `cells.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def data() -> Mapping[str, Any]:
    """Return the content of cells.toml."""
    return tomllib.loads(files("jixiao.ingest.roles").joinpath("cells.toml").read_text(encoding="utf-8"))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return a pattern of the table [pattern]. Raises KeyError for an unknown name."""
    return re.compile(data()["pattern"][name])


@cache
def value(name: str) -> re.Pattern[str]:
    """Return a pattern of the table [value]. Raises KeyError for an unknown name."""
    return re.compile(data()["value"][name])
