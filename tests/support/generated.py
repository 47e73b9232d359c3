"""Numbers of generated examples, for `make test` and `make judge`."""

from typing import Any

from hypothesis import settings

USUAL = settings.get_profile("default").max_examples
"""Examples that hypothesis tries per property by itself."""


def tries(number: int, **more: Any) -> settings:
    """Settings of a property: `make judge` tries ten times `number`, `make test` a sixth."""
    return settings(max_examples=max(1, number * settings.default.max_examples // USUAL), **more)
