"""A client that goes to a page in the language the server chooses, as browsers do, and follows no other redirect."""

import re
from typing import Any

import httpx

_TO_A_LANGUAGE = re.compile(r"[?&]lang=(zh|en)$")


class Reader(httpx.Client):
    """An httpx client that follows redirects to a language; it has no use for the certificates of the web."""

    def __init__(self, **how: Any) -> None:
        super().__init__(verify=False, **how)

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:
        """Return the response to a request, or that of the page in a language to which the server redirects."""
        response = super().send(request, **how)
        location = response.headers.get("location", "")
        if response.status_code != 302 or not _TO_A_LANGUAGE.search(location):
            return response
        response.read()
        return super().send(
            self.build_request(request.method, request.url.join(location), headers=request.headers), **how
        )


def sent_once(client: httpx.Client, method: str, address: str, **how: Any) -> httpx.Response:
    """Return the very response to a request, even if it is a redirect to a language."""
    return httpx.Client.send(client, client.build_request(method, address, **how))
