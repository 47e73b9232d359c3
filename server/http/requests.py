"""Read the parameters of a request and the form that its address names, and write addresses of this site."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from jixiao.ontology import grouping
from jixiao.server.errors import NotInStoreError, ParameterError
from jixiao.server.http.negotiation import Form, choose

if TYPE_CHECKING:  # commands read parameters and write addresses without a web framework
    from starlette.requests import Request

MOST_PARAMETERS, MOST_NAMES, MOST_VALUES = 1000, 50, 100
"""Most parameters of a request, most different ones that have a value, and most values of one of them."""
FORM_PARAMETERS = ("format", "bom", "headings")
"""Parameters that choose the form of an answer, not its content: its format, and the style of a table."""


def parameters(request: "Request") -> dict[str, str]:
    """Return the request's query parameters. Raises ParameterError if one is given more than once."""
    given = repeated(request)
    return {name: once(given, name) for name in given}


def repeated(request: "Request") -> dict[str, str | Sequence[str]]:
    """Return the request's query parameters: one text each, or a list for one that is given more than once."""
    return single(request.query_params.multi_items())


def single(pairs: Iterable[tuple[str, str]]) -> dict[str, str | Sequence[str]]:
    """Return values by name: one text each, or a list for a name that is given more than once."""
    return {name: values[0] if len(values) == 1 else values for name, values in grouping.by_key(pairs).items()}


def taken(request: "Request", offers: Sequence[Form]) -> tuple[dict[str, str | Sequence[str]], Mapping[str, Any], Form]:
    """Return a request's parameters without those of its form, the parameters in FORM_PARAMETERS, and the form.

    Raises ParameterError for two formats, and NotAcceptableError.
    """
    given = repeated(request)
    how = {name: given.pop(name, "") for name in FORM_PARAMETERS}
    return given, how, choose(request.headers.get("accept"), once(how, "format") or None, offers)


def only(request: "Request", name: str) -> str:
    """Return the value of a query parameter, "" if absent. Raises ParameterError if it is given more than once."""
    return once(repeated(request), name)


def once(given: Mapping[str, str | Sequence[str]], name: str) -> str:
    """Return the value of a parameter, "" if absent. Raises ParameterError if it is given more than once."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise ParameterError(f"参数 {name} 只能有一个。", f"There may be only one {name}.")
    return value


LAST_PAGE = 10**6
"""The largest number of a page that a request may name."""


def count(params: Mapping[str, str | Sequence[str]], name: str, default: int, least: int, most: int) -> int:
    """Return the whole number typed for a parameter, `default` if none was typed.

    Raises ParameterError for a text that is no whole number from `least` to `most`.
    """
    typed = once(params, name).strip()
    if not typed:
        return default
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and least <= int(typed) <= most):
        raise ParameterError(
            f"参数 {name} 应为 {least} 到 {most} 的整数；收到的是“{typed}”。",
            f'Parameter {name} takes a whole number from {least} to {most}; it was "{typed}".',
        )
    return int(typed)


def refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    """Raise ParameterError if some of the parameters in `given` are not among those that an address knows."""
    if unknown := sorted(set(given) - set(known)):
        raise ParameterError(
            f"没有参数 {'、'.join(unknown)}；可用的参数：{'、'.join(known)}。",
            f"There is no parameter {', '.join(unknown)}; there are {', '.join(known)}.",
        )


def suffix(request: "Request", path: str, offers: Sequence[Form]) -> str | None:
    """Return the name of the form in a route's `{suffix}`, None for a route without one; `path` precedes the suffix.

    Raises NotInStoreError for a suffix that names no form on offer.
    """
    name: str | None = request.path_params.get("suffix")
    if name is not None and name not in {form.name for form in offers}:
        raise missing(f"{path}.{name}")
    return name


def missing(path: str) -> NotInStoreError:
    """Return the error for an address of this site that does not exist."""
    return NotInStoreError(f"没有 {path}。", f"There is no {path}.")


def address(path: str, given: Mapping[str, str | Sequence[str]], **more: str) -> str:
    """Return a path with a query string of all non-empty parameters in `given` and of all in `more`."""
    asked = urlencode({**{name: value for name, value in given.items() if value}, **more}, doseq=True)
    return f"{path}?{asked}" if asked else path


def several(typed: str | Sequence[str]) -> list[str]:
    """Return the texts given for a parameter, without blank ones."""
    return [text for text in ([typed] if isinstance(typed, str) else typed) if text.strip()]


def completed(address: str, given: Mapping[str, str | Sequence[str]]) -> tuple[str, dict[str, str | Sequence[str]]]:
    """Return the path of a page's address and its parameters, with those in `given` in their place and no `offset`."""
    path, _, query = address.partition("?")
    return path, {**single(parse_qsl(query)), **given, "offset": ""}


def kept(
    address: str, given: Mapping[str, str | Sequence[str]], without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return name and text of the parameters that a form on the page at `address` sends along unchanged.

    These are the parameters of the address and of `given`, except the names in `without`. The first row (`offset`) is
    reset.
    """
    _, own = completed(address, given)
    return [(name, text) for name, typed in own.items() if name not in without for text in several(typed)]
