"""The store as a file: checked and copied while the publisher works, and what
a restored copy is good for; by another reader than our own."""

import json
import os
import shutil
import sqlite3
import stat

import pytest

from servers.certharvest import PUBLISHER
from servers.process import run, wait_for
from test_publisher import feed, published, store

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT = 64, 65, 66, 73


def ask(one, *words):
    """Run certharvest store: exit status, standard output and error."""
    done = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "store", *words], check=False,
               env=one.programs.environment())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def path_of(one):
    """The store's."""
    return one.sections["store"]["path"]


def rows(path):
    """The addresses of all harvests in a copy, which must be whole."""
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [
            ("ok",)]
        return {row[0] for row in database.execute(
            "SELECT address FROM harvest WHERE state = 'done'")}


def ders(partners):
    """{address: DER} of many."""
    return {partner.address: partner.der for partner in partners}


@pytest.mark.sanitized
def test_a_copy_while_it_works(certharvest, partners, tmp_path):
    """Each copy is whole and private; one that is restored goes on."""
    one = certharvest().start()
    some = partners.first(40)
    copy = str(tmp_path / "copy.db")
    feed(one, *[partner.message for partner in some[:20]])
    published(one, ders(some[:20]))
    seen = []
    for number in range(20, 40, 4):
        feed(one, *[partner.message for partner in some[number:number + 4]])
        assert ask(one, "backup", copy)[0] == 0
        assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
        assert os.listdir(tmp_path) == ["copy.db"]
        seen.append(rows(copy))
    assert all(a <= b for a, b in zip(seen, seen[1:]))
    assert len(seen[0]) >= 20
    published(one, ders(some))
    status, said, _ = ask(one, "check", "--json")
    assert status == 0 and json.loads(said)["whole"]
    status, said, _ = ask(one, "check", "--json", copy)
    assert status == 0 and json.loads(said)["published"] == len(seen[-1])
    # back to the copy: what was published since is found as ours
    one.publisher.stop()
    for end in ("-wal", "-shm"):
        if os.path.exists(path_of(one) + end):
            os.unlink(path_of(one) + end)
    shutil.copyfile(copy, path_of(one))
    one.start_publisher()
    late = partners.first(41)[40]
    feed(one, late.message)
    published(one, ders(some + [late]))
    assert ask(one, "check")[0] == 0


def test_where_none_can_be(certharvest, partners, tmp_path):
    """Clear words, the right status, and nothing left behind."""
    one = certharvest()
    copy = str(tmp_path / "copy.db")
    assert ask(one, "backup", copy)[0] == EX_NOINPUT
    assert ask(one, "check")[0] == EX_NOINPUT
    assert ask(one)[0] == EX_USAGE
    assert ask(one, "backup")[0] == EX_USAGE
    assert ask(one, "mend", copy)[0] == EX_USAGE
    one.start()
    first = partners.first(1)[0]
    feed(one, first.message)
    published(one, ders([first]))
    status, _, said = ask(one, "backup", "/nowhere/copy.db")
    assert status == EX_CANTCREAT and "/nowhere/copy.db" in said
    own = [path_of(one) + end for end in ("", "-wal", "-shm", ".lock")]
    before = [os.stat(path).st_ino for path in own]
    for wrong in own + [str(tmp_path)]:
        status, _, said = ask(one, "backup", wrong)
        assert status == EX_CANTCREAT and wrong in said
    assert [os.stat(path).st_ino for path in own] == before
    small = tmp_path / "small"
    small.mkdir()
    run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small])
    try:
        (small / "copy.db").write_bytes(b"the one before")
        status, _, said = ask(one, "backup", small / "copy.db")
        assert status == EX_CANTCREAT and "full" in said
        assert os.listdir(small) == ["copy.db"]
        assert (small / "copy.db").read_bytes() == b"the one before"
    finally:
        run(["umount", small])
    assert ask(one, "check")[0] == 0


def damage(path):
    """Overwrite what lies in the middle of a store."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        for at in range(4096 * 3, size, 4096 * 2):
            file.seek(at)
            file.write(os.urandom(1024))


def test_a_damaged_one(certharvest, partners, tmp_path):
    """Told as damaged, by status and words, and never copied."""
    one = certharvest().start()
    some = partners.first(10)
    feed(one, *[partner.message for partner in some])
    published(one, ders(some))
    wait_for("the records", lambda: len(store(
        one, "SELECT 1 FROM publication")) == 10)
    one.publisher.stop()
    damage(path_of(one))
    copy = str(tmp_path / "copy.db")
    for words in (("check",), ("backup", copy)):
        status, _, said = ask(one, *words)
        assert status == EX_DATAERR, said
        assert "store-corrupt" in said
    assert os.listdir(tmp_path) == []


def lay_ballast(one, size):
    """Make the store so many octets larger, or as it was."""
    with sqlite3.connect(path_of(one)) as database:
        database.execute("DELETE FROM memo WHERE name = 'ballast'")
        if size:
            database.execute("INSERT INTO memo VALUES ('ballast', ?)",
                             ("x" * size,))
    database.close()


def test_a_store_without_room(certharvest, partners):
    """At its largest it takes nothing new, decides on what it has, and says
    so; with room again nothing was lost."""
    one = certharvest({"store": {"size": "4M"}}).start()
    some = partners.first(12)
    feed(one, *[partner.message for partner in some[:4]])
    published(one, ders(some[:4]))
    lay_ballast(one, 5 << 20)
    one.cli("-f", one.settings_file, "retry")
    feed(one, *[partner.message for partner in some[4:]])
    told, = one.wait_event("store-trouble", "publisher", reason="store-size")
    assert "store.size" in told["text"]
    assert len(one.events("message", "milter", reason="ok")) == 12
    assert len(one.spooled()) >= 7
    assert len(one.events("store-trouble", "publisher")) == 1
    lay_ballast(one, 0)
    published(one, ders(some), 30)
    one.wait_event("store-back", "publisher")
    assert ask(one, "check")[0] == 0


def fill(path):
    """A file as large as there is room."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(file, bytes(4096)):
            pass
    except OSError:
        pass
    finally:
        os.close(file)


def test_a_disk_that_fills_up_in_a_burst(certharvest, partners):
    """Mail is accepted, what was taken waits, and all goes on by itself."""
    one = certharvest()
    folder = os.path.join(one.folder, "publisher", "store")
    os.mkdir(folder)
    # More than the store's own log may take, 4 MB, before it is emptied.
    run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=770", "tmpfs", folder])
    os.chown(folder, PUBLISHER, PUBLISHER)
    one.write_settings({"store": {"path": folder + "/store.db"}})
    some = partners.first(30)
    ballast = os.path.join(folder, "ballast")
    try:
        one.start()
        feed(one, *[partner.message for partner in some[:10]])
        fill(ballast)
        feed(one, *[partner.message for partner in some[10:]])
        one.wait_event("store-trouble", "publisher", reason="store-full")
        assert len(one.events("message", "milter", reason="ok")) == 30
        assert one.publisher.running()
        os.unlink(ballast)
        published(one, ders(some), 60)
        one.wait_event("store-back", "publisher")
        wait_for("the records", lambda: store(
            one, "SELECT count(*) FROM publication WHERE gone = 0") ==
                 [(30,)])
        assert ask(one, "check")[0] == 0
        one.publisher.stop()
    finally:
        run(["umount", "-l", folder])
