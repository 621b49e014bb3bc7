"""All four models behind endpoints: what comes out is what the same weights give here, and no model library is loaded for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from dir_tir import ImageSearch
from model_server import write_profile
from postcards import Hunt
from tiers import LIBRARIES

SEED = 7
ELSEWHERE = """
import json, sys, time
from dir_tir import ImageSearch
from dir_tir.chat.terminal.cli import main
from dir_tir.chat.web.application import application
from dir_tir.chat.web.server_state import ServerState
from dir_tir.tools.workspace import Workspace
from starlette.testclient import TestClient
from waiting import wait_until

profile, folder, gallery, description, answer, difference, seed = sys.argv[1:]
main(["index", folder, "--gallery", "there", "--profile", profile, "--write-captions"])
main(["find", description, "--gallery", gallery, "--profile", profile])
with ImageSearch(gallery, profile, seed=int(seed), max_rounds=1) as search:
    found = [match.record.id for match in search.find(description).found]
    there = [match.record.caption for match in ImageSearch("there", workspace=search.workspace).find(description).found]
    talk = search.start(description)
    asked = (talk.question.question, talk.difference.question)
    talk.reply(answer, difference)
    pages = [[result["id"] for result in record["results"]] for record in talk.rounds]
    record = talk.rounds[1]
with Workspace() as workspace, ServerState(workspace, profile, image_num=0, dialog_num=10) as state:
    client = TestClient(application(state), base_url="http://localhost")
    begun = client.post("/api/conversations", json={"gallery": gallery, "description": description}).json()["id"]
    wait_until(lambda: client.get(f"/api/conversations/{begun}").json()["question"])
said = {"found": found, "there": there, "asked": asked, "pages": pages, "description": record["description"]}
print(json.dumps({**said, "prompt": record["prompt"], "loaded": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def _here(hunt: Hunt, answer: str) -> dict[str, Any]:
    with ImageSearch(hunt.gallery, seed=SEED, max_rounds=1) as search:
        found = [match.record.id for match in search.find(hunt.description).found]
        talk = search.start(hunt.description)
        assert talk.question
        assert talk.difference
        asked = [talk.question.question, talk.difference.question]
        talk.reply(answer, hunt.difference)
        pages = [[result["id"] for result in record["results"]] for record in talk.rounds]
        record = talk.rounds[1]
        return {"found": found, "asked": asked, "pages": pages, "description": record["description"], "prompt": record["prompt"]}


def test_commands_library_and_page_do_the_same_without_any_model_library(own_hunt: Hunt, endpoints: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    few = [own_hunt.file, *sorted(own_hunt.file.parent.glob("*.png"))[:9]]
    for file in few:
        shutil.copy(file, tmp_path / "few")
    captions = [json.dumps({"image": file.name, "caption": "a postcard"}) for file in few[1:]]
    (tmp_path / "few" / "captions.jsonl").write_text("\n".join(captions))
    profile = write_profile(tmp_path / "there.toml", f"http://127.0.0.1:{endpoints['vllm']}/v1")
    said = [str(profile), str(tmp_path / "few"), own_hunt.gallery, own_hunt.description, own_hunt.caption, own_hunt.difference, str(SEED)]
    path = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *said], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    there = json.loads(done.stdout.splitlines()[-1])
    assert not set(there.pop("loaded")) & {*LIBRARIES, "torchvision", "timm", "accelerate"}
    assert done.stdout.count("postcard-") == 10  # what `find` prints
    written = [caption for caption in there.pop("there") if caption != "a postcard"]
    assert [len(caption.split()) > 3 for caption in written] == [True]  # by the vision model
    assert there == _here(own_hunt, own_hunt.caption)
