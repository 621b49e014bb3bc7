"""The wheel, built from the files of the checkout, installed into an environment of its own and used from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has our wheel and, by a .pth file, the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    # Built aside, because a build folder left in the checkout would hand deleted files on to the next wheel.
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    rooms = {package.split(".")[1] for package in packages if "." in package}
    for room in rooms:
        shutil.copytree(ROOT / room, folder / "source" / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, folder / "source")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(folder / "source"))
    run("-m", "venv", "--without-pip", str(folder / "fresh"))
    bin_ = folder / "fresh" / Path(sys.executable).parent.name
    (wheel,) = folder.glob("*.whl")
    run("-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(bin_ / "python"), str(wheel))
    (site,) = (folder / "fresh").rglob("site-packages")
    # A path in a .pth file adds the folder and not its own .pth files: the editable install of this checkout stays out.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    return bin_


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def outside(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_profiles_and_prompts_and_is_imported_from_where_it_was_installed(installed: Path, tmp_path: Path) -> None:
    check = (
        "import dir_tir; print(dir_tir.__file__)\n"
        "from dir_tir.prompts.library import PromptLibrary\n"
        "profile = dir_tir.load_profile('miniature')\n"
        "for name in (profile.prompts, 'paper'): PromptLibrary.load(name).render('answer', question='what color')\n"
        "import dir_tir.graph.build, dir_tir.miniature.world, dir_tir.store.gallery.indexing, dir_tir.tools.models.loading\n"
    )
    done = outside([str(installed / "python"), "-c", check], tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


def test_weights_that_are_in_the_checkout_are_in_the_wheel(installed: Path) -> None:
    (package,) = installed.parent.rglob("site-packages/dir_tir")
    weights = ROOT / "miniature" / "weights"
    there = {file.relative_to(weights) for file in weights.rglob("*") if file.is_file() and not file.name.startswith(".")}
    packed = package / "miniature" / "weights"
    assert there == {file.relative_to(packed) for file in packed.rglob("*") if file.is_file()}


def test_help_answers_at_once_from_another_folder(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "dir-tir"), "--help"]
    seconds = []
    for _ in range(4):  # the first one also writes the byte code; of the others the best, because the machine may be busy
        before = time.perf_counter()
        done = outside(command, tmp_path)
        seconds.append(time.perf_counter() - before)
        assert done.returncode == 0, done.stderr
        assert done.stdout.lower().startswith("usage")
    assert min(seconds) < 0.5
