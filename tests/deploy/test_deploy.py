"""The deployment files fit the program: commands parse, settings exist, a proxy's limits lie above the server's own."""

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from jixiao.cli import app
from jixiao.server.app.connections import Bounds
from jixiao.server.settings import Settings, read

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "jixiao.service").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def called(arguments: list[str]) -> str:
    """The sub-command that a command line calls; fails where it does not parse."""
    root = get_command(app)
    with root.make_context("jixiao", arguments) as context:
        name, command, rest = root.resolve_command(context, arguments)  # type: ignore[attr-defined]
        command.make_context(name, rest, parent=context).close()
    return str(name)


def one(pattern: str, text: str) -> str:
    found = re.findall(pattern, text, re.MULTILINE)
    assert len(found) == 1, pattern
    return str(found[0])


def test_the_example_settings_are_settings() -> None:
    settings = read(DEPLOY / "jixiao.toml")
    assert settings.trusted_proxies == ("127.0.0.1", "::1")
    defaults = Settings()
    named = tomllib.loads((DEPLOY / "jixiao.toml").read_text(encoding="utf-8"))
    assert {name for name in named if getattr(settings, name) != getattr(defaults, name)} == {"trusted_proxies"}


def test_the_unit_calls_our_command() -> None:
    program, *arguments = shlex.split(one(r"^ExecStart=(.*)$", UNIT))
    assert Path(program).name == "jixiao"
    assert called(arguments) == "serve"
    assert one(r"^ReadOnlyPaths=(.*)$", UNIT) in arguments
    assert float(one(r"^TimeoutStopSec=(\d+)$", UNIT)) > Settings().shutdown_timeout + 3
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes", "KillMode=mixed"):
        assert f"\n{line}\n" in UNIT


@pytest.mark.debian
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    program = shlex.split(one(r"^ExecStart=(.*)$", UNIT))[0]
    (tmp_path / "jixiao.service").write_text(UNIT.replace(program, "/bin/true"), encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "jixiao.service")]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_the_image_holds_the_whole_package_and_runs_our_command() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"docs", "examples"}
    assert {f"COPY {room} {room}" for room in rooms} <= set(DOCKERFILE.splitlines())
    for name in one(r"^COPY (.*) \./$", DOCKERFILE).split():
        assert (ROOT / name).is_file(), name
    assert '--constraint constraints.txt ".${EXTRAS}"' in DOCKERFILE
    assert int(one(r"^USER (\d+)$", DOCKERFILE)) > 0
    assert called(re.findall(r'"([^"]+)"', one(r"^CMD \[(.*)\]$", DOCKERFILE))) == "serve"
    for name in re.findall(r"\bJIXIAO_([A-Z_]+)=", DOCKERFILE):
        assert name.lower() in Settings.model_fields, name
    assert "/health'" in one(r"^HEALTHCHECK .*\n(.*)$", DOCKERFILE)


@pytest.mark.parametrize("text", [NGINX, CADDY], ids=["nginx", "caddy"])
def test_a_proxy_leaves_the_servers_own_limits_room(text: str) -> None:
    settings, bounds = Settings(), Bounds()
    answers = int(one(r"(?:proxy_read_timeout|response_header_timeout) (\d+)s", text))
    assert answers > settings.query_timeout + settings.patience
    assert int(one(r"(?:client_header_timeout|read_header) (\d+)s", text)) > bounds.head_seconds
    assert int(one(r"(?:client_body_timeout|read_body) (\d+)s", text)) > settings.body_timeout
    assert int(one(r"(?i)(?:client_max_body_size|max_size) (\d+)k", text)) << 10 > 3 * settings.max_query_bytes
    head = int(one(r"(?i)(?:large_client_header_buffers 4|max_header_size) (\d+)k", text)) << 10
    assert head > bounds.head
    # A connection that the server has just closed for idleness must not be chosen by the proxy.
    assert int(one(r"keepalive(?:_timeout)? (10)s", text)) < bounds.idle_seconds
    assert f"127.0.0.1:{settings.port}" in text
