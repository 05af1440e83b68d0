"""A walk through the directory while that is in trouble: it waits, goes on
where it was, and does nothing twice."""

import collections
import csv
import io
import subprocess

from servers import samba as dc
from servers.process import wait_for
from test_estate import observe, undecided
from test_publisher import feed
from test_servers_of_domain import RELAY, relay  # noqa: F401, a fixture

MANY = 40


def standing(directory):
    """How many contacts have a certificate."""
    return len(directory.versions()) - sum(
        1 for version in directory.versions().values() if version > 1)


def test_it_outlives_the_directory(active, directory, partners,
                                   relay):  # noqa: F811
    """Silent in the middle of a rollback, for a while; nobody is asked in
    vain again and again, and mail goes on being taken."""
    some = partners.first(MANY + 1)
    late = some.pop()
    one = active({"directory": {
        "uri": ["ldaps://%s:%d" % (dc.HOST, RELAY)]}}).start()
    feed(one, *[partner.message for partner in some])
    wait_for("the certificates",
             lambda: len(directory.versions()) == MANY, 60, 0.2)
    wait_for("all harvests decided", lambda: undecided(one) == 0, 30)
    observe(one)
    relay.delay = 0.05  # so that it lasts
    with subprocess.Popen(
            [one.programs.path("certharvest"), "-f", one.settings_file,
             "rollback", "--all", "--csv", "--wait", "120"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as verb:
        wait_for("the first ones are gone", lambda: any(
            change.operation == "Modify" for change in directory.changes()),
            30, 0.002)
        relay.cut(0)
        one.wait_event("directory-trouble", "publisher", 30)
        left = standing(directory)
        assert 0 < left < MANY
        # it waits, and with it the one who asked; everything else goes on
        feed(one, late.message)
        one.wait_event("harvest-taken", "publisher", address=late.address)
        asked = relay.made
        assert verb.poll() is None
        assert standing(directory) == left
        assert relay.made - asked <= 3
        assert not one.events("walk-ended", "publisher")
        relay.cut(None)
        one.cli("-f", one.settings_file, "retry")
        relay.delay = 0
        said, complaints = verb.communicate(timeout=150)
    assert verb.returncode in (0, 77), complaints
    lines = list(csv.DictReader(io.StringIO(said.decode())))
    removed = collections.Counter(
        line["address"] for line in lines if line["what"] == "removed")
    assert removed == {partner.address: 1 for partner in some}
    assert not [line for line in lines if line["what"] == "failed"]
    # written once and taken out once, each
    assert sorted(directory.versions().values()) == [2] * MANY
    (ended,) = one.wait_event("walk-ended", "publisher")
    assert ended["walk"] == "rollback"
    one.wait_event("directory-back", "publisher")
