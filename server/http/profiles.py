"""Choose the profile of a description in RDF, by Accept-Profile or `_profile`, and name it in the response.

See Content Negotiation by Profile (W3C), sections 7.1 and 7.2. A profile that an address does not have is passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import RedirectResponse

from jixiao.ontology import terms
from jixiao.server.http.negotiation import Form, weighted
from jixiao.server.http.requests import address
from jixiao.server.http.signposting import Link

PARAMETER = "_profile"
VARY = {"Vary": "Accept, Accept-Profile"}


@dataclass(frozen=True)
class Profile:
    """A profile: the IRI of the vocabulary in which a description is written, and the token that `_profile` takes."""

    iri: str
    token: str

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of a response that name its profile, and say that another one can be asked for."""
        return {"Content-Profile": f"<{self.iri}>", **VARY}


FLAT = Profile(terms.ONTOLOGY, "flat")
ALIGNED = Profile("http://purl.org/dc/terms/", "aligned")
CUBE = Profile("http://purl.org/linked-data/cube", "cube")


def chosen(request: Request, offers: Sequence[Profile]) -> Profile:
    """Return the profile that a request prefers; the first on offer if the request names none of them."""
    named = request.query_params.get(PARAMETER)
    if named:
        wished = {_plain(named): 1.0}
    else:
        wished = {_plain(name): weight for name, weight in weighted(request.headers.get("accept-profile", ""))}
    return max(offers, key=lambda offer: max(wished.get(_plain(offer.iri), 0.0), wished.get(offer.token, 0.0)))


def links(profile: Profile, offers: Sequence[Profile], path: str, media_type: str, page: str) -> list[Link]:
    """Return the link to the profile of a response, and links to the same page in the other profiles on offer.

    `path` is the page's path, `page` its number as text ("" for none), and `media_type` that of the linked responses.
    """
    others = (each for each in offers if each != profile)
    given = {"page": page} if page else {}
    return [
        Link(profile.iri, "profile"),
        *(Link(address(path, {PARAMETER: each.token, **given}), "alternate", media_type, each.iri) for each in others),
    ]


def cube(form: Form, given: Mapping[str, str]) -> RedirectResponse:
    """Return the redirect (303) to the cube of money in a form; `given` limits it to values of its dimensions."""
    return RedirectResponse(address("/views/money", {**given, "format": form.name}), 303, VARY)


def _plain(name: str) -> str:
    return name.casefold().strip("<> ").rstrip("#/")
