"""What galleries on Chroma's server promise beyond the contract: what travels, who writes, and what is said when something fails."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from chroma_proxies import ChromaProxy, before_chroma
from chroma_servers import ChromaServer
from dir_tir.errors import GalleryError, InputError
from dir_tir.store.gallery.chroma_server import ChromaServerStore
from dir_tir.store.gallery.indexing import index
from dir_tir.store.gallery.sources import Source
from dir_tir.store.gallery.vectors import Vectors, load_vectors
from fakes import FakeEncoder
from stores import LASTS, elsewhere, row, run_elsewhere
from waiting import wait_until

Draw = Callable[..., list[Source]]


@pytest.fixture
def proxy(chroma_server: ChromaServer) -> Iterator[ChromaProxy]:
    with before_chroma(chroma_server.port) as between:
        yield between


def store_at(server: ChromaServer, folder: Path, machine: str = "", **more: object) -> ChromaServerStore:
    """The galleries of a test, as another machine sees them."""
    return ChromaServerStore(server.address(folder), folder / machine, LASTS, **more)  # type: ignore[arg-type]


def behind(proxy: ChromaProxy, server: ChromaServer, folder: Path, token: str = "", machine: str = "proxied") -> ChromaServerStore:
    """The same, through the proxy."""
    return ChromaServerStore(replace(server.address(folder), url=proxy.url, token=token), folder / machine, LASTS)


def vectors_of(store: ChromaServerStore) -> Vectors:
    with store.open("g") as gallery:
        return load_vectors(gallery)


def the_same(one: Vectors, other: Vectors) -> None:
    assert list(one.records) == list(other.records)
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(one.captions, other.captions)


def test_of_what_is_kept_only_what_has_changed_is_read_again(chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path) -> None:
    writer, reader = store_at(chroma_server, tmp_path), behind(proxy, chroma_server, tmp_path)
    rows = [row(number, dimension=256) for number in range(200)]
    with writer.write("g", "one", 256) as gallery:
        gallery.add(rows)
        gallery.complete()
    vectors_of(reader)
    whole = proxy.bytes_of("/get")
    proxy.answered.clear()
    moved = replace(rows[7].record, path="/elsewhere.png")
    other = replace(row(5, ("other words",), 256), record=replace(row(5, ("other words",)).record, id=rows[5].record.id))
    with writer.write("g", "one", 256) as gallery:
        gallery.add([row(500, (), 256), other])
        gallery.relabel([moved])
        gallery.remove([rows[9].record.id])
        gallery.complete()
    now = vectors_of(reader)
    assert proxy.bytes_of("/get") < whole / 20
    the_same(now, vectors_of(store_at(chroma_server, tmp_path, "third")))
    with reader.open("g") as gallery:
        assert gallery.records() == {record.id: record for record in now.records}
    assert proxy.bytes_of("/get") < whole / 20
    assert now.find(moved.id) == moved
    assert now.find(rows[9].record.id) is None
    assert len(now.records) == 200
    proxy.answered.clear()
    vectors_of(reader)
    assert proxy.bytes_of("/get") == 0


def test_a_gallery_that_is_being_written_is_read_by_what_has_changed_too(
    chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path
) -> None:
    writer, reader = store_at(chroma_server, tmp_path), behind(proxy, chroma_server, tmp_path)
    with writer.write("g", "one", 256) as gallery:
        gallery.add([row(number, dimension=256) for number in range(200)])
        gallery.complete()
        vectors_of(reader)
        whole = proxy.bytes_of("/get")
        gallery.add([row(number, dimension=256) for number in range(200, 204)])
        proxy.answered.clear()
        assert len(vectors_of(reader).records) == 204
        assert proxy.bytes_of("/get") < whole / 20


def test_what_was_kept_of_a_gallery_of_the_same_name_is_not_taken_for_it(chroma_server: ChromaServer, tmp_path: Path) -> None:
    writer, reader = store_at(chroma_server, tmp_path), store_at(chroma_server, tmp_path, "reader")
    for number in (1, 2):
        with writer.write("g", "one", 4) as gallery:
            gallery.add([row(number)])
            gallery.complete()
        assert [record.id for record in vectors_of(reader).records] == [row(number).record.id]
        writer.delete("g")


def test_the_embedding_of_a_picture_without_captions_is_kept_once(chroma_server: ChromaServer, tmp_path: Path) -> None:
    store = store_at(chroma_server, tmp_path)
    with store.write("g", "one", 4) as gallery:
        gallery.add([row(1, ()), row(2, ("a", "b"))])
        assert store.size("g") == 4 * 4 * 4
        assert [(each.record.captions, each.captions.shape) for each in gallery.rows([row(1).record.id, row(2).record.id])] == [
            ((), (1, 4)),
            (("a", "b"), (2, 4)),
        ]


def test_no_request_has_more_rows_than_the_server_takes(chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path) -> None:
    proxy.most = 5
    store, rows = behind(proxy, chroma_server, tmp_path), [row(number, ("a", "b")) for number in range(12)]
    with store.write("g", "one", 4) as gallery:
        gallery.add(rows)
        gallery.complete()
        gallery.relabel([replace(each.record, path="/moved.png") for each in rows])
        assert len(gallery.rows([each.record.id for each in rows])) == 12
        gallery.remove([each.record.id for each in rows[:6]])
    assert len(vectors_of(store).records) == 6
    assert store.damage("g") == []


def test_of_many_that_begin_to_write_at_once_one_does(chroma_server: ChromaServer, tmp_path: Path) -> None:
    machines = [store_at(chroma_server, tmp_path, str(number)) for number in range(6)]
    for store in machines:
        store.names()
    start, end = Barrier(len(machines)), Barrier(len(machines))

    def write(store: ChromaServerStore) -> str:
        start.wait(60)
        with ExitStack() as open_:
            try:
                open_.enter_context(store.write("g", "one", 4))
            except GalleryError as error:
                said = str(error)
            else:
                said = ""
            end.wait(60)  # nobody lets go before all have tried
        return said

    for _ in range(3):
        with ThreadPoolExecutor(len(machines)) as threads:
            said = sorted(threads.map(write, machines))
        assert said[0] == ""
        assert all("is locked: another process is writing into it (" in each and ", process " in each for each in said[1:])


def test_several_machines_index_different_galleries_and_search_them_at_once(chroma_server: ChromaServer, tmp_path: Path) -> None:
    names, batches = ("one", "two", "three"), 4
    indexing = set(names)

    def write(name: str) -> None:
        with store_at(chroma_server, tmp_path, name).write(name, "one", 4) as gallery:
            for batch in range(batches):
                gallery.add([row(number, (name,)) for number in range(10 * batch, 10 * batch + 10)])
            gallery.complete()
        indexing.remove(name)

    def search(machine: int) -> int:
        store, looks = store_at(chroma_server, tmp_path, f"reader-{machine}"), 0
        while True:
            over = not indexing
            for name in store.names():
                with store.open(name) as gallery:
                    found = load_vectors(gallery)
                assert {record.captions for record in found.records} <= {(name,)}
                assert len(found.records) in range(0, 10 * batches + 1, 10)  # a batch is there or not
                looks += 1
            if over:
                assert all(store.describe(name).revision for name in names)
                return looks

    with ThreadPoolExecutor(5) as threads:
        writing = [threads.submit(write, name) for name in names]
        looking = [threads.submit(search, machine) for machine in range(2)]
        assert all(each.result() is None for each in writing)
        assert all(each.result() >= len(names) for each in looking)


def test_one_that_was_killed_lets_go_at_once_on_its_machine_and_soon_elsewhere(chroma_server: ChromaServer, tmp_path: Path) -> None:
    here, there = store_at(chroma_server, tmp_path), store_at(chroma_server, tmp_path, "there")
    longer = "import stores\nstores.LASTS = 600\nstore = STORES['server'](Path(sys.argv[2]))\n"
    run_elsewhere("server", tmp_path, longer + "with store.write('g', 'one', 4):\n    os._exit(9)", status=9)
    chroma_server.kill()
    with pytest.raises(GalleryError, match="cannot be reached"), here.write("g", "one", 4):
        pass
    chroma_server.start()
    with pytest.raises(GalleryError, match=r"is locked.*one that was killed lets go within 2 s"), there.write("g", "one", 4):
        pass
    with here.write("g", "one", 4):  # not after ten minutes
        pass
    client = chroma_server.client(tmp_path)
    left = {"who": "somebody", "until": client.heartbeat() + int(1.5e9), "token": "another"}
    client.create_collection("dir-tir-g-writer", embedding_function=None, metadata=left)
    refused = []

    def taken() -> bool:
        try:
            with there.write("g", "one", 4):
                return True
        except GalleryError as error:
            refused.append(str(error))
            return False

    wait_until(taken)
    assert client.heartbeat() > left["until"]
    assert all("(somebody)" in said for said in refused)


def test_a_writer_that_slept_stops_where_another_has_begun_and_goes_on_where_none_has(chroma_server: ChromaServer, tmp_path: Path) -> None:
    code = (
        "with store.write('one', 'one', 4) as one, store.write('two', 'one', 4) as two:\n"
        "    wait()\n"
        "    one.add([row(1)])\n"
        "    one.complete()\n"
        "    two.add([row(1)])\n"
    )
    with elsewhere("server", tmp_path, code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGSTOP)
        time.sleep(LASTS + 0.2)
        there = store_at(chroma_server, tmp_path, "there")
        with there.write("two", "one", 4) as gallery:
            process.send_signal(signal.SIGCONT)
            process.communicate("")
            assert process.returncode == 1
            assert len(gallery) == 0
    assert there.describe("one").count == 1
    assert there.describe("one").revision


FAULTS = {
    "hang up": "cannot be reached .*: start it .* the same command goes on",
    "page": "is no server of Chroma",
    "junk": "is no server of Chroma",
    "302": r"is no server of Chroma .*\(302\): see to DIR_TIR_STORE",
    "404": r"is no server of Chroma .*\(404\): see to DIR_TIR_STORE",
    "401": r"does not take the token \(401\): see to DIR_TIR_STORE_TOKEN",
    "413": "takes no requests of this size",
    "429": "asks to be left alone",
    "500": r"is out of order \(500\): look into its log",
    "502": r"what stands before .* cannot reach it \(502\)",
}


def test_whatever_fails_is_said_in_one_line_that_says_what_to_do(chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path) -> None:
    opened, opened_now = (behind(proxy, chroma_server, tmp_path) for _ in range(2))
    with opened.write("g", "one", 4) as gallery:
        for number, (fault, said) in enumerate(FAULTS.items()):
            proxy.always = fault
            looks = (opened.names, partial(opened.open, "g"), partial(gallery.add, [row(number)]), gallery.complete, opened_now.names)
            for look in (*looks, opened.write("h", "one", 4).__enter__):
                with pytest.raises(GalleryError, match=said) as raised:
                    look()
                assert "\n" not in str(raised.value)
                assert "secret" not in str(raised.value)
            proxy.always = ""
            gallery.add([row(number)])
        assert len(gallery) == len(FAULTS)


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path) -> None:
    proxy.always, proxy.stall = "stall", 1.0
    store = ChromaServerStore(replace(chroma_server.address(tmp_path), url=proxy.url), tmp_path, patience=0.3)
    with pytest.raises(GalleryError, match="does not answer in time: see what it is doing; nothing is lost"):
        store.names()
    proxy.stall = 0.0
    patient = ChromaServerStore(replace(chroma_server.address(tmp_path), url=proxy.url), tmp_path, patience=2.0)
    patient.names()
    proxy.stall = 3.0
    with pytest.raises(GalleryError, match="does not answer in time"):
        patient.names()


def test_a_token_is_sent_and_never_shown(chroma_server: ChromaServer, proxy: ChromaProxy, tmp_path: Path) -> None:
    proxy.token = "secret-token"
    assert behind(proxy, chroma_server, tmp_path, "secret-token").names() == []
    wrong = behind(proxy, chroma_server, tmp_path, "another-secret")
    with pytest.raises(GalleryError, match=r"does not take the token") as raised:
        wrong.names()
    assert "secret" not in str(raised.value) + repr(wrong.place("g")) + repr(replace(chroma_server.address(tmp_path), token="secret"))


def test_a_tenant_or_database_that_is_not_there_is_said(chroma_server: ChromaServer, tmp_path: Path) -> None:
    for wrong in ({"tenant": "nobody"}, {"database": "nothing"}):
        store = ChromaServerStore(replace(chroma_server.address(tmp_path), **wrong), tmp_path)
        with pytest.raises(GalleryError, match=r"has no database .* of tenant .*: see to DIR_TIR_STORE_DATABASE and DIR_TIR_STORE_TENANT"):
            store.names()


def test_a_home_in_which_nothing_can_be_kept_is_said(chroma_server: ChromaServer, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    store = store_at(chroma_server, tmp_path, "home")
    with pytest.raises(GalleryError, match=r"cannot be made \(Not a directory\).*see to DIR_TIR_HOME"), store.write("g", "one", 4):
        pass


def test_a_name_that_chroma_does_not_take_is_refused(chroma_server: ChromaServer, tmp_path: Path) -> None:
    store = store_at(chroma_server, tmp_path)
    with pytest.raises(InputError, match="two dots in a row"), store.write("a..b", "one", 4):
        pass
    for name in ("a", "a.", "x" * 64):
        with store.write(name, "one", 4):
            pass
    assert store.names() == ["a", "a.", "x" * 64]


def test_what_somebody_else_wrote_there_names_no_folder_here(chroma_server: ChromaServer, tmp_path: Path) -> None:
    store = store_at(chroma_server, tmp_path)
    with store.write("g", "one", 4) as gallery:
        gallery.add([row(1)])
        gallery.complete()
    client = chroma_server.client(tmp_path)
    images = client.get_collection("dir-tir-g-images", embedding_function=None)
    images.modify(metadata={**images.metadata, "revision": "../../up"})
    client.create_collection("dir-tir-..hidden-images".replace("..", "."), embedding_function=None)
    client.create_collection("dir-tir-other-images", embedding_function=None)
    client.create_collection("another-program", embedding_function=None)
    assert len(vectors_of(store).records) == 1
    assert not list(tmp_path.rglob("up"))
    assert store.names() == ["g", "other"]
    for look in (store.open, store.delete, store.describe):
        with pytest.raises(GalleryError, match="was not made by dir-tir: choose another gallery name"):
            look("other")


def test_a_server_killed_in_the_middle_of_an_indexing_costs_nothing(chroma_server: ChromaServer, draw: Draw, tmp_path: Path) -> None:
    sources, encoder, store = draw(12), FakeEncoder(), store_at(chroma_server, tmp_path)

    def kill(done: int, total: int) -> None:
        if done == 9:
            chroma_server.kill()

    with pytest.raises(GalleryError, match=r"cannot be reached .*: start it .*nothing is lost, and the same command goes on"):
        index(sources, store, "g", encoder, batch_size=4, progress=kill)
    chroma_server.start()
    assert not store.describe("g").revision
    done = index(sources, store, "g", encoder, batch_size=4)
    assert (done.kept, done.added) == (8, 4)
    assert len(vectors_of(store).records) == 12


def test_what_has_lost_embeddings_is_made_whole_of_what_is_kept_here_or_named(chroma_server: ChromaServer, tmp_path: Path) -> None:
    store, client = store_at(chroma_server, tmp_path), chroma_server.client(tmp_path)
    rows = [row(1), row(2), row(3, ()), row(4, ("a", "b"))]
    with store.write("g", "one", 4) as gallery:
        gallery.add(rows)
        gallery.complete()
    whole = vectors_of(store)
    assert store.damage("g") == []
    assert store.repair("g").found == ()
    client.get_collection("dir-tir-g-captions", embedding_function=None).delete(ids=[f"{rows[0].record.id}/0", f"{rows[3].record.id}/1"])
    with pytest.raises(GalleryError, match="lost 1 of its embeddings"), store_at(chroma_server, tmp_path, "there").open("g") as there:
        there.embeddings([each.record.id for each in rows])
    assert store.damage("g") == ["gallery 'g' has lost embeddings of 2 pictures"]
    done = store.repair("g")
    assert (done.kept, done.lost) == (3, (rows[3].record.path,))
    assert store.describe("g").revision == ""
    for what in ("images", "captions"):
        client.delete_collection(f"dir-tir-g-{what}")
    with store.write("g", "one", 4) as gallery:
        gallery.add(rows)
        gallery.complete()
    vectors_of(store)
    for what in ("images", "captions"):  # as when its disk is lost
        client.delete_collection(f"dir-tir-g-{what}")
    with pytest.raises(GalleryError, match="`dir-tir gallery repair g` makes it of what is kept here"):
        store.open("g")
    done = store.repair("g")
    assert (done.kept, done.lost) == (3, (rows[3].record.path,))
    with store.write("g", "one", 4) as gallery:
        gallery.add([rows[3]])
        gallery.complete()
    the_same(vectors_of(store), whole)
