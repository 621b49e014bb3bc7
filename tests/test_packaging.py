from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_PACKAGES = {"build", "dist", "docs", "runs", "tests"}


def test_the_packages_named_in_pyproject_are_the_folders_on_disk() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = [init.parent.relative_to(ROOT) for init in ROOT.rglob("__init__.py")]
    on_disk = [
        ".".join(("dir_tir", *folder.parts))
        for folder in folders
        if not any(part.startswith(".") for part in folder.parts) and not NOT_PACKAGES & set(folder.parts[:1])
    ]
    assert sorted(listed) == sorted(on_disk)


def test_every_package_has_a_plain_name() -> None:
    for package in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", package), package


def test_a_checkout_of_any_name_passes_the_linter_and_a_module_of_a_bad_name_does_not(tmp_path: Path) -> None:
    room = tmp_path / "x.y-z" / "room"
    room.mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", room.parent)
    for file in (room.parent / "__init__.py", room / "__init__.py", room / "__main__.py"):
        file.touch()
    check = [str(Path(sys.executable).with_name("ruff")), "check", "--no-cache", str(room.parent)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (room / "Bad-Name.py").touch()
    assert "N999" in subprocess.run(check, capture_output=True, text=True, check=False).stdout


def test_every_package_has_an_init_file() -> None:
    for package in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]:
        assert ROOT.joinpath(*package.split(".")[1:], "__init__.py").is_file(), package


def test_a_name_the_face_lacks_is_an_attribute_error() -> None:
    import dir_tir

    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = dir_tir.nonsense


def test_the_lock_names_no_host_and_no_path() -> None:
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        name, _, version = line.partition("==")
        assert name and version and "/" not in line and "@" not in line, line
