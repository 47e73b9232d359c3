"""Redirect requests to other addresses of this site."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse

from jixiao.server.http.requests import address, repeated


def redirect(request: Request, path: str, status: int = 303, without: Sequence[str] = ()) -> RedirectResponse:
    """Return a redirect to another address of what was asked for, with the request's parameters except `without`."""
    given = {name: value for name, value in repeated(request).items() if name not in without}
    return RedirectResponse(address(path, given), status_code=status, headers={"Vary": "Accept"})
