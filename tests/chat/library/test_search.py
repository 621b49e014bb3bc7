"""The library over the shipped models: from a folder to the found picture, and many conversations at once."""

from __future__ import annotations

import asyncio
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.errors import GalleryError, InputError
from postcards import Hunt, hunts

if TYPE_CHECKING:
    from pathlib import Path

    from dir_tir import Conversation


def _hunt(talk: Conversation, hunt: Hunt) -> Conversation:
    """Says the truth until the picture is on the page, and takes it."""
    while not talk.finished:
        if hit := next((result for result in talk.results if result.path == hunt.file), None):
            talk.accept(hit)
        else:
            talk.reply(hunt.answer(talk.question.question) if talk.question else None, hunt.difference if talk.difference else None)
    return talk


def test_from_a_folder_to_the_found_picture(own_hunt: Hunt) -> None:
    steps: list[tuple[int, int]] = []
    with ImageSearch.from_folder(own_hunt.file.parent, "mine", progress=lambda *step: steps.append(step)) as search:
        assert steps[-1] == (len(search), len(search))
        talk = _hunt(search.start(own_hunt.description), own_hunt)
        assert talk.found
        assert talk.found.path == own_hunt.file
        assert talk.found.caption == own_hunt.caption
        assert len(talk.rounds) < 7
    with pytest.raises(InputError, match="is closed"):
        _ = talk.found


def test_a_folder_names_its_gallery_after_itself(own_hunt: Hunt, tmp_path: Path) -> None:
    (tmp_path / "été à la mer").mkdir()
    (tmp_path / "été à la mer" / own_hunt.file.name).write_bytes(own_hunt.file.read_bytes())
    (tmp_path / "été à la mer" / "captions.jsonl").write_text(f'{{"image": "{own_hunt.file.name}", "caption": "a card"}}')
    with pytest.raises(InputError, match=r"know only the illustrated postcards .*: give --profile photos"):
        ImageSearch.from_folder(tmp_path / "été à la mer")
    with ImageSearch.from_folder(tmp_path / "été à la mer", profile="miniature") as search:
        assert re.fullmatch(r"t----la-mer-[0-9a-f]{8}", search.config.gallery)
        assert len(search) == 1


def test_eight_conversations_at_once_find_each_its_own_picture(ground: Path, hunt: Hunt) -> None:
    wanted = (hunts(ground) * 2)[:8]
    with ImageSearch(hunt.gallery, seed=3, image_num=0, dialog_num=10) as search:
        with ThreadPoolExecutor(8) as pool:
            talks = list(pool.map(lambda one: _hunt(search.start(one.description), one), wanted))
        assert [talk.found and talk.found.path for talk in talks] == [one.file for one in wanted]
        assert len({talk.id for talk in talks}) == 8
        assert all(talk.rounds[0]["description"] == one.description for talk, one in zip(talks, wanted, strict=True))


def test_a_gallery_of_another_encoder_is_named_before_anything_is_loaded(hunt: Hunt) -> None:
    with pytest.raises(GalleryError, match=r"was made with encoder .*use the profile it was made with \(miniature\)"):
        ImageSearch(hunt.gallery, "miniature-blip")


def test_a_conversation_goes_on_by_its_id_alone_with_its_own_settings(hunt: Hunt) -> None:
    with ImageSearch(hunt.gallery, max_rounds=4) as search:
        first = search.start(hunt.description)
        asked, results = first.asked, first.results
    with ImageSearch(hunt.gallery) as search:
        again = search.resume(first.id)
        assert again is search.resume(first.id)  # or two could run it at the same time
        assert (again.asked, again.results, again.config.max_rounds) == (asked, results, 4)
        assert search.conversations()[0].id == first.id
        assert search.conversations("somebody else") == []
        with pytest.raises(InputError, match="there is no conversation 'nobody-knows-it'"):
            search.resume("nobody-knows-it")


def test_it_is_used_from_an_event_loop(hunt: Hunt) -> None:
    async def converse() -> None:
        async with ImageSearch(hunt.gallery) as search:
            talks = await asyncio.gather(search.astart(hunt.description), search.astart("a kite"))
            page = await talks[0].areply(hunt.answer("What is on the left?"), hunt.difference)
            assert page.round == 1
            assert len(talks[1].rounds) == 1
            assert [event async for event in talks[1].aevents()]

    asyncio.run(converse())


@pytest.mark.parametrize(("description", "reason"), [("  ", "is empty"), ("x" * 501, "501 characters")])
def test_a_description_that_says_nothing_or_too_much_is_refused_before_anything_is_kept(hunt: Hunt, description: str, reason: str) -> None:
    with ImageSearch(hunt.gallery) as search:
        before = len(search.conversations())
        with pytest.raises(InputError, match=reason):
            search.start(description)
        assert len(search.conversations()) == before


def test_what_is_indexed_while_a_search_is_open_is_found_by_the_next_conversation(own_hunt: Hunt, tmp_path: Path) -> None:
    folder, late = tmp_path / "cards", own_hunt.file.name
    shutil.copytree(own_hunt.file.parent, folder)
    (folder / late).rename(tmp_path / late)
    captions = (folder / "captions.jsonl").read_text()
    (folder / "captions.jsonl").write_text("".join(line + "\n" for line in captions.splitlines() if late not in line))
    with Workspace() as workspace:
        search = ImageSearch.from_folder(folder, "growing", workspace=workspace, image_num=0)
        before, count = search.start(own_hunt.caption).snapshot(), len(search)
        assert all(result.path.name != late for result in before.pages[0].results)
        (tmp_path / late).rename(folder / late)
        (folder / "captions.jsonl").write_text(captions)
        ImageSearch.from_folder(folder, "growing", workspace=workspace)
        assert len(search) == count + 1
        assert search.start(own_hunt.caption).snapshot().pages[0].results[0].path.name == late
