"""The files of `deploy/` cannot be run here; what can be held of them without containers is held."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from dir_tir.chat.terminal.cli import parser
from dir_tir.chat.web.application import application
from dir_tir.tools.profiles.profile import load_profile
from quick_server import quick_server
from serving import listened

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPLOY = Path(__file__).parent.parent / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def _instruction(name: str) -> str:
    (found,) = re.findall(rf"^{name} ((?:.*\\\n)*.*)", DOCKERFILE, re.MULTILINE)
    return str(found)


def _commands() -> Iterator[list[str]]:
    yield yaml.safe_load(_instruction("CMD"))
    for service in SERVICES.values():
        yield shlex.split(service.get("command", ""))


def test_every_command_of_ours_is_one() -> None:
    ours = [command[1:] for command in _commands() if command[:1] == ["dir-tir"]]
    assert {command[0] for command in ours} == {"web", "index"}
    for command in ours:
        parser().parse_args(command)


_UNDERSTOOD = """
import json, sys
from ray.scripts import scripts
for name, said in json.loads(sys.argv[1]):
    {"start": scripts.start, "health-check": scripts.healthcheck}[name].make_context("ray", said)
"""


@pytest.mark.slow
def test_every_command_of_ray_has_options_that_ray_knows() -> None:
    ours = [command[1:] for command in _commands() if command[:1] == ["ray"]]
    ours += [check[2:] for service in SERVICES.values() if (check := service.get("healthcheck", {}).get("test", ()))[1:2] == ["ray"]]
    said = [(name, options) for name, *options in ours]
    assert sorted(name for name, _ in said) == ["health-check", "health-check", "start", "start"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _UNDERSTOOD, json.dumps(said)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_services_name_services_networks_and_volumes_that_there_are() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", ())) <= SERVICES.keys(), name
        assert set(service["networks"]) <= COMPOSE["networks"].keys(), name
        for volume in service.get("volumes", ()):
            source = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", volume).partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source.startswith("/") or source in COMPOSE["volumes"], name
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert COMPOSE["networks"]["inside"]["internal"]
    assert "outside" not in SERVICES["chroma"]["networks"] + SERVICES["postgres"]["networks"] + SERVICES["ray-head"]["networks"]


def test_every_part_that_runs_on_has_a_check_of_its_health_and_none_of_ours_is_root() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {
        "web-1",
        "web-2",
        "language",
        "encoder",
        "painter",
    }
    assert _instruction("FROM") == "python:3.11-slim"
    assert _instruction("USER") == "dir-tir"
    assert not any("user" in service for service in SERVICES.values())


def test_secrets_are_named_in_the_example_and_written_nowhere() -> None:
    named = dict(line.partition("=")[::2] for line in (DEPLOY / "secrets.env.example").read_text().splitlines() if not line.startswith("#"))
    text = (DEPLOY / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == named.keys()
    assert {name for name in named if not named[name]} == set(re.findall(r"\$\{(\w+):(?:\?|-\})", text))
    assert "deploy/*.env" in (DEPLOY.parent / ".gitignore").read_text().splitlines()
    assert "deploy/*.env" in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()


def test_the_profile_is_one_whose_endpoints_are_services() -> None:
    profile = load_profile(str(DEPLOY / "models.toml"))
    hosts = set(re.findall(r'url = "http://([a-z]+):', (DEPLOY / "models.toml").read_text()))
    assert hosts == {name for name, service in SERVICES.items() if service.get("profiles") == ["models"]}
    assert profile.encoder.kind == "openai"


@pytest.mark.server
def test_the_check_of_a_web_servers_health_tells_one_that_answers_from_one_that_does_not(tmp_path: Path) -> None:
    check = yaml.safe_load(_instruction("HEALTHCHECK").partition("CMD ")[2])
    assert check[:2] == ["python", "-c"]

    def healthy(port: int, token: str) -> bool:
        code = check[2].replace(":8020/", f":{port}/")
        return not subprocess.run([sys.executable, "-c", code], env={"DIR_TIR_TOKEN": token}, capture_output=True, check=False).returncode

    with quick_server(tmp_path) as state, listened(application(state, "sixteen-letters-or-more")) as port:
        assert healthy(port, "sixteen-letters-or-more")
        assert not healthy(port, "another-of-sixteen-letters")
    assert not healthy(port, "sixteen-letters-or-more")


def test_the_proxy_leads_to_every_web_server() -> None:
    (to,) = re.findall(r"reverse_proxy (.*) \{", (DEPLOY / "Caddyfile").read_text())
    assert to.split() == [f"{name}:8020" for name in SERVICES if name.startswith("web-")]
