"""Sources of settings, their order of precedence, and errors that name the wrong one with its place."""

import pytest

from jixiao.server.settings import Settings, SettingsError, read

WRONG_SITES = ("example.org", "https://a.example/path", "*, https://a.example", "'none'", "https://a b")


@pytest.fixture
def config(tmp_path):
    return tmp_path / "jixiao.toml"


def test_flags_come_before_the_environment_before_the_file(config, monkeypatch):
    config.write_text('processes = 2\nport = 1\nwaiting = 3\ntrusted_proxies = ["10.0.0.0/8"]\n')
    monkeypatch.setenv("JIXIAO_PROCESSES", "3")
    monkeypatch.setenv("JIXIAO_PORT", "2")
    settings = read(config, {"processes": 4})
    assert (settings.processes, settings.port, settings.waiting) == (4, 2, 3)
    assert settings.trusted_proxies == ("10.0.0.0/8",)
    assert type(settings) is Settings


def test_sizes_and_lists_as_people_write_them(config, monkeypatch):
    config.write_text('query_memory = "300 MiB"\nroot_path = "data/"\n')
    monkeypatch.setenv("JIXIAO_TRUSTED_PROXIES", "127.0.0.1, ::1")
    settings = read(config)
    assert (settings.query_memory, settings.trusted_proxies) == (300 << 20, ("127.0.0.1", "::1"))
    assert settings.root_path == "/data"
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1\n", "colour"),
        ("workers = 1\n", "workers"),
        ("[server]\nport = 1\n", "server"),
        ("port = 99999\n", "port"),
        ("query_timeout = 0\n", "query_timeout"),
        ("query_timeout = inf\n", "query_timeout"),
        ("query_memory = 'lots'\n", "query_memory"),
        ("trusted_proxies = 'nonsense'\n", "trusted_proxies"),
        ("endpoint = 'file:///etc/passwd'\n", "endpoint"),
        ("base_iri = 'http://x'\n", "base_iri"),
        ("port = \n", "line 1"),
        *((f'embed_from = "{wrong}"\n', "embed_from") for wrong in WRONG_SITES),
    ],
)
def test_a_wrong_file_is_named_with_its_key(text, says, config):
    config.write_text(text)
    with pytest.raises(SettingsError) as raised:
        read(config)
    assert says in str(raised.value)
    assert str(config) in str(raised.value)


def test_a_wrong_variable_and_a_wrong_flag_are_named(monkeypatch, config):
    config.write_text("port = 1\n")
    monkeypatch.setenv("JIXIAO_PORT", "many")
    with pytest.raises(SettingsError, match="JIXIAO_PORT"):
        read(config)
    with pytest.raises(SettingsError, match="--timeout"):
        read(None, {"query_timeout": -1, "port": 1})
    with pytest.raises(SettingsError, match=r"missing\.toml"):
        read(config.with_name("missing.toml"))


@pytest.mark.parametrize(("processes", "seats"), [(1, (2, 4)), (2, (1, 2)), (4, (1, 1)), (8, (1, 1))])
def test_processes_share_the_seats(processes, seats):
    assert Settings(processes=processes).seats == seats
