"""Attacks whose answers are judged one by one: foreign graphs, payloads, paths, malformed requests.

Each function attacks and returns the faults of the server.
"""

from concurrent.futures import ThreadPoolExecutor

from tests.support.blackbox import forged, malformed as wrong_http, rude
from tests.support.blackbox.siege import Lure, Siege, misanswered


def parameters(siege: Siege, lure: Lure) -> list[str]:
    """Request foreign graphs by default-graph-uri and named-graph-uri, and try updates."""
    wrong = []
    for iri in (lure.url, "file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:1/", "//127.0.0.1/"):
        for name in ("default_graph_uri", "named_graph_uri"):
            answer = siege.server.query("SELECT * { ?s ?p ?o } LIMIT 1", **{name: iri})
            if not 400 <= answer.status < 500:
                wrong.append(f"{answer.status} for {name}={iri}")
    for update in (f"LOAD <{lure.url}>", "DROP ALL"):
        for kind, body in (
            ("application/sparql-update", update),
            ("application/x-www-form-urlencoded", f"update={update}"),
        ):
            answer = siege.server.request("POST", "/sparql", {"Content-Type": kind}, body.encode())
            if not 400 <= answer.status < 500:
                wrong.append(f"{answer.status} for {update} as {kind}")
    return [*wrong, *siege.after()]


def injected(siege: Siege, target: str) -> list[str]:
    """Request a view with a payload, as JSON and as a page."""
    wrong = []
    for accept in ("application/json", "text/html"):
        try:
            answer = siege.server.get(target, accept, patience=siege.patience)
        except ConnectionError:  # a server may also refuse a long target by closing the connection
            continue
        if fault := forged.leaked(answer):
            wrong.append(f"{accept}: {fault}: {answer.body[:200]!r}")
    return wrong


def strayed(siege: Siege, target: str) -> list[str]:
    """Request a path that climbs out of the published folders."""
    try:
        answer = siege.server.get(target, patience=siege.patience)
    except (ValueError, ConnectionError):  # the client's library refuses to send it, or it is too long
        return []
    fault = forged.strayed(answer) or misanswered(answer)
    return [fault] if fault else []


def bombed(siege: Siege, attack: rude.Attack) -> list[str]:
    """Run an attack with an excessive request; a 5xx other than 503 and 504 is a fault."""
    came: list[bytes] = []
    wrong = siege.held(lambda: came.append(attack(siege.server)))
    found = wrong_http.statuses(came[0]) if came else []
    return [*wrong, *(f"status {status}" for status in found if status >= 500 and status not in (503, 504))]


def all_malformed(siege: Siege) -> list[str]:
    """Send every malformed request, eight at a time."""

    def send(each: tuple[str, bytes]) -> str | None:
        fault = wrong_http.rude(rude.sent(each[1:], siege.server, seconds=0.3))
        return f"{each[0]}: {fault}" if fault else None

    with ThreadPoolExecutor(8) as senders:
        wrong = [fault for fault in senders.map(send, wrong_http.MALFORMED.items()) if fault]
    return [*wrong, *siege.after()]
