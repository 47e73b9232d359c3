"""One header, one answer: RFC 9110, section 12.5.1."""

import pytest
from hypothesis import given, strategies as st

from jixiao.server.errors import NotAcceptableError
from jixiao.server.http.negotiation import (
    CSV,
    GRAPHS,
    HTML,
    JSON,
    SOLUTIONS,
    VIEWS,
    XLSX,
    choose,
    negotiate,
)

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROME = f"{FIREFOX},application/signed-exchange;v=b3;q=0.7"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        (FIREFOX, "text/html"),
        (CHROME, "text/html"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("text/csv; header=present", "text/csv"),
        ("text/*", "text/html"),
        ("text/*, text/html;q=0", "text/csv"),
        ("text/*;q=0.3, text/html;q=0.7, application/json;q=0.5", "text/html"),
        ("*/*;q=0.1, text/csv;q=0", "application/json"),
        ("application/json;q=0, text/html;q=0, text/csv;q=0", None),
        ("image/png", None),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("text/csv;q=.5", "application/json"),
        ("text/csv;q=2", "application/json"),
        ("*/csv", "application/json"),
        ("text/csv ; q=0.9 , text/html ; q=0.8", "text/csv"),
        ("text/html;level=1, text/csv;q=0.4", "text/csv"),
        ("nonsense", "application/json"),
    ],
)
def test_a_header_gets_the_form_it_likes_best(accept, expected):
    chosen = negotiate(accept, VIEWS)
    assert (chosen.media_type if chosen else None) == expected


@given(st.text(), st.sampled_from([SOLUTIONS, GRAPHS, VIEWS]))
def test_no_header_breaks_it(accept, offers):
    assert negotiate(accept, offers) in (*offers, None)


def test_the_format_parameter_outranks_the_header():
    assert choose(FIREFOX, "csv", VIEWS) == CSV
    assert choose("text/csv", "JSON", VIEWS) == JSON


def test_what_cannot_be_had_is_answered_with_what_can():
    with pytest.raises(NotAcceptableError) as caught:
        choose("image/png", None, VIEWS)
    assert caught.value.offered == tuple(form.media_type for form in (JSON, HTML, CSV, XLSX))
    with pytest.raises(NotAcceptableError):
        choose(None, "xls", VIEWS)
