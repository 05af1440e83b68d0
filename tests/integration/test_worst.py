"""The most expensive mails of tests/mail/worst_mail.py, each given to a
confined judge of its own: none may cost much more than an honest one."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.rootless

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TESTS, "mail"))

import worst_mail  # noqa: E402

# More than an honest mail of the same form and size, in kilobytes
MEMORY = 16 * 1024
# 250 ms where the calibration takes 40; twice that, as no test is to fail
# because a machine is busy
WORK = 12


@pytest.fixture(scope="module")
def costs(build, tmp_path_factory):
    """A row a mail: name, microseconds, kilobytes, microseconds of the
    publisher's judge, reason, text; and its size."""
    folder = str(tmp_path_factory.mktemp("worst"))
    worst_mail.write(folder)
    mails = sorted(f for f in os.listdir(folder) if f.endswith(".eml"))
    out = subprocess.run(
        [os.path.join(build, "tests/bench/worst_bench"),
         os.path.join(build, "certharvest-judge"),
         os.path.join(folder, "ca.pem"), os.path.join(folder, "known.der"),
         *(os.path.join(folder, m) for m in mails)],
        check=True, stdout=subprocess.PIPE, text=True, errors="replace")
    lines = [line.split(" ", 5) for line in out.stdout.splitlines()]
    rows = {}
    for kind, cpu, kb, again, code, *text in lines[1:]:
        with open(os.path.join(folder, kind), "rb") as f:
            head = f.read(2000)
        rows[kind[:-4]] = {
            "cpu": int(cpu), "kb": int(kb), "again": int(again),
            "code": code, "text": "".join(text),
            "opaque": b"\nContent-Type: application/" in head,
            "size": os.path.getsize(os.path.join(folder, kind))}
    yield int(lines[0][1]), rows
    for f in os.listdir(folder):
        os.unlink(os.path.join(folder, f))


def honest_kb(rows, row):
    """What an honest mail of that form and size takes."""
    of = rows["benign-opaque-30m" if row["opaque"] else "benign-30m"]
    small = rows["benign-4k"]["kb"]
    return small + (of["kb"] - small) * row["size"] / of["size"]


def test_table(costs, build):
    """All numbers, for people: worst-mails.txt in the build folder."""
    calibration, rows = costs
    path = os.path.join(build, "worst-mails.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write("calibration: %.1f ms\n%-32s %8s %8s %8s %8s  %s\n" % (
            calibration / 1000, "mail", "size MB", "CPU ms", "again ms",
            "MB more", "reason"))
        for kind, r in sorted(rows.items(), key=lambda i: -i[1]["cpu"]):
            f.write("%-32s %8.1f %8.1f %8.1f %8.1f  %s: %s\n" % (
                kind, r["size"] / 1e6, r["cpu"] / 1000, r["again"] / 1000,
                (r["kb"] - honest_kb(rows, r)) / 1024, r["code"],
                r["text"][:60]))
    assert len(rows) >= 100


def test_honest_ones_are_taken(costs):
    for kind, row in costs[1].items():
        assert row["code"] == "ok" or not kind.startswith("benign"), row


def test_every_mail_has_a_verdict(costs):
    assert [k for k, r in costs[1].items() if r["code"] == "NO-ANSWER"] == []


def test_memory(costs):
    rows = costs[1]
    assert [(k, r["kb"]) for k, r in rows.items()
            if r["kb"] - honest_kb(rows, r) > MEMORY] == []


def test_work(costs):
    calibration, rows = costs
    assert [(k, r["cpu"], r["again"]) for k, r in rows.items()
            if max(r["cpu"], r["again"]) > WORK * calibration] == []
