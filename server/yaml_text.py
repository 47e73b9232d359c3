"""Read the YAML in headers of queries and in the parts of the API's description."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml reads the headers of all views in a hundredth of a second; Python takes a tenth at each start of a server."""


def load(text: str) -> Any:
    """Return what a text in YAML states, as plain Python values. Raises yaml.YAMLError."""
    return yaml.load(text, _LOADER)  # noqa: S506 - both loaders are safe
