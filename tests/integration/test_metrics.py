"""The metrics files, read by those who really read them; and the dashboard
and alerts that come with them."""

import json
import os
import re
import shutil

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from servers import mail
from servers.certharvest import MILTER, PUBLISHER
from servers.process import run
from test_publisher import feed

HERE = os.path.dirname(os.path.abspath(__file__))
CONF = os.path.join(HERE, "..", "..", "conf")
RULES = os.path.join(CONF, "prometheus-rules.yml")
RULES_TEST = os.path.join(CONF, "prometheus-rules-test.yml")
DASHBOARD = os.path.join(CONF, "grafana-dashboard.json")
NAME = re.compile(r"\bcertharvest_[a-z_]+\b(?!\()")


def metrics_files(one, suffix):
    """Have both programs write, each into a folder of its own."""
    found = {}
    for role, user in (("milter", MILTER), ("publisher", PUBLISHER)):
        folder = os.path.join(one.folder, "metrics-" + role)
        os.makedirs(folder)
        os.chmod(folder, 0o755)
        os.chown(folder, user, user)
        found[role] = os.path.join(folder, "metrics" + suffix)
    one.write_settings({role: {"metrics_file": path}
                        for role, path in found.items()})
    return found


def read(path):
    """A whole file; never half of one, as it is replaced by rename."""
    with open(path, encoding="ascii") as file:
        return file.read()


def a_day(one, authority):
    """Some of everything, and the end, which writes the files."""
    one.start()
    feed(one, mail.signed(authority.partner("pat@partner.example")),
         mail.signed(authority.partner("sam@stranger.example")),
         mail.forged(authority.partner("mallory@partner.example")),
         mail.unsigned("plain@partner.example"))
    one.wait_drained()
    one.wait_event("harvest-decided", "publisher", number=2)
    one.stop()


def measure(one, authority, suffix):
    """The files of both programs after some of everything."""
    files = metrics_files(one, suffix)
    a_day(one, authority)
    return {role: read(path) for role, path in files.items()}


def families(text, suffix):
    """What an independent parser makes of a file: {name: family}."""
    parse = text_string_to_metric_families if suffix \
        else openmetrics.text_string_to_metric_families
    return {family.name: family for family in parse(text)}


def value(family, suffix="", **labels):
    """The one sample with these labels."""
    found = [s.value for s in family.samples
             if s.name == family.name + suffix and
             all(s.labels.get(k) == v for k, v in labels.items())]
    assert len(found) == 1, (family, labels)
    return found[0]


@pytest.mark.parametrize("suffix", ["", ".prom"])
def test_files_are_what_their_readers_want(certharvest, authority, prometheus,
                                           suffix):
    """Parsers that are not ours, both formats, and the numbers are right."""
    texts = measure(certharvest(), authority, suffix)
    milter = families(texts["milter"], suffix)
    publisher = families(texts["publisher"], suffix)
    if suffix:
        for text in texts.values():
            assert prometheus.check_metrics(text.encode()) == ""
    assert value(milter["certharvest_milter_spooled"], "_total") == 2
    assert value(milter["certharvest_milter_notes"], "_total") == 1
    assert value(milter["certharvest_milter_verdicts"], "_total",
                 reason="digest-mismatch") == 1
    for name in ("end_of_message", "judge"):
        family = milter["certharvest_milter_%s_seconds" % name]
        assert family.type == "histogram"
        assert value(family, "_count") == 3
        assert value(family, "_bucket", le="+Inf") == 3
        assert 0 < value(family, "_sum") < 10
    for name, count in (("judge", 2), ("directory_find", 2),
                        ("directory_write", 2), ("received_to_published", 2)):
        assert value(publisher["certharvest_publisher_%s_seconds" % name],
                     "_count") >= count, name
    assert value(publisher["certharvest_publisher_publications"]) == 2
    assert value(publisher["certharvest_publisher_stage"],
                 stage="directory", state="open") == 1
    assert value(publisher["certharvest_publisher_mode"], mode="publish") == 1
    assert value(publisher["certharvest_publisher_due"]) == 0
    assert value(publisher["certharvest_publisher_oldest_due_age_seconds"]) \
        == 0
    assert value(publisher["certharvest_publisher_held"],
                 reason="key-change") == 0
    # what mail brings is never in it
    for text in texts.values():
        assert not re.search("@|partner|stranger|mallory|corp", text)


def test_the_node_exporter_takes_them(certharvest, authority, prometheus):
    """Through links in its folder, with types and help."""
    one = certharvest()
    files = metrics_files(one, ".prom")
    a_day(one, authority)
    folder = os.path.join(one.folder, "node-exporter")
    os.makedirs(folder)
    for role, path in files.items():
        os.symlink(path, os.path.join(folder, "certharvest-%s.prom" % role))
    said = prometheus.scrape(folder, os.path.join(one.folder, "exporter.log"))
    assert "node_textfile_scrape_error 0\n" in said
    assert said.count("node_textfile_mtime_seconds{") == 2
    assert "# TYPE certharvest_milter_messages_total counter\n" in said
    assert "# HELP certharvest_milter_messages_total messages seen\n" in said
    assert "untyped" not in said
    assert "# TYPE certharvest_publisher_directory_find_seconds histogram\n" \
        in said


def test_what_stands_still_is_seen(certharvest, authority):
    """A directory that fails: the state, what waits, why it was put off."""
    one = certharvest()
    path = metrics_files(one, "")["publisher"]
    one.start()
    target = one.sections["directory"]["file"]
    os.makedirs(target)  # a folder cannot be replaced by a file
    feed(one, mail.signed(authority.partner("pat@partner.example")))

    one.wait_event("harvest-waits", "publisher")
    one.publisher.stop()
    found = families(read(path), "")
    assert value(found["certharvest_publisher_due"]) == 1
    assert value(found["certharvest_publisher_directory_up"]) == 0
    stages = found["certharvest_publisher_stage"]
    assert value(stages, stage="directory", state="open") == 0
    assert value(stages, stage="directory", state="down") + \
        value(stages, stage="directory", state="paused") == 1
    assert value(stages, stage="store", state="open") == 1
    assert len(found["certharvest_publisher_retried"].samples) == 1
    shutil.rmtree(target)
    one.start_publisher()
    one.wait_event("harvest-decided", "publisher", outcome="done")


def test_rules_are_right(prometheus, tmp_path):
    """Each alert fires when it should; and the tests of them can see."""
    good, said = prometheus.rules("check", RULES)
    assert good, said
    good, said = prometheus.rules("test", RULES_TEST)
    assert good, said
    names = set(re.findall(r"alert: (\w+)", read(RULES)))
    assert names == set(re.findall(r'alertname="(\w+)"', read(RULES_TEST)))
    assert read(RULES).count("description: >-") == len(names)
    for path in (RULES, RULES_TEST):
        shutil.copy(path, tmp_path)
    broken = tmp_path / "prometheus-rules.yml"
    broken.write_text(read(RULES).replace("> 0.8", "> 8"))
    good, said = prometheus.rules(
        "test", str(tmp_path / "prometheus-rules-test.yml"))
    assert not good and "CertharvestSpoolFull" in said


def expressions():
    """Every expression of dashboard and rules."""
    with open(DASHBOARD, encoding="ascii") as file:
        dashboard = json.load(file)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    found = [target["expr"] for panel in dashboard["panels"]
             for target in panel.get("targets", [])]
    assert len(found) > 40
    found = [one.replace("$__rate_interval", "5m").replace(
        "$instance", ".*") for one in found]
    assert not any("$" in one for one in found)
    return found


def measure_pull(build, folder):
    """The file of a pull from a relay that is not there."""
    for name in ("relays", "spool_key"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("dmz1 127.0.0.1 port=1\n" if name == "relays" else "")
    run([os.path.join(build, "relay", "certharvest-pull"), "-c", folder,
         "-d", os.path.join(folder, "pulled"), "-m", folder, "-s", "",
         "dmz1"], check=False)
    return read(os.path.join(folder, "dmz1.prom"))


def test_the_dashboard_asks_for_what_there_is(certharvest, authority, build,
                                              prometheus, tmp_path):
    """Every expression is PromQL, every metric of it is in the files."""
    texts = measure(certharvest(), authority, ".prom")
    texts["pull"] = measure_pull(build, str(tmp_path))
    asked = expressions()
    good, said = prometheus.parses(asked, str(tmp_path))
    assert good, said
    there = set()
    for text in texts.values():
        for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
            there |= {name + end for end in ("_bucket", "_sum", "_count")} \
                if kind == "histogram" else {name}
    used = set(NAME.findall(" ".join(asked) + read(RULES)))
    assert len(used) > 40
    assert used - there <= {"certharvest_"}, used - there
    # whatever is counted is shown, but for these
    shown = set(NAME.findall(" ".join(asked)))
    unseen = {name for name in there - shown
              if not name.endswith(("_sum", "_count", "build_info"))}
    assert unseen == {
        "certharvest_milter_judged_total", "certharvest_milter_notes_total",
        "certharvest_milter_last_spooled_timestamp_seconds",
        "certharvest_milter_spool_bytes",
        "certharvest_milter_spool_limit_bytes",
        "certharvest_milter_start_time_seconds",
        "certharvest_publisher_directory_answer_timestamp_seconds",
        "certharvest_publisher_judges_died_total",
        "certharvest_publisher_last_published_timestamp_seconds",
        "certharvest_publisher_mode", "certharvest_publisher_paused",
        "certharvest_publisher_spool_up",
        "certharvest_publisher_start_time_seconds"}, \
        "a new metric wants a panel in conf/grafana-dashboard.json"
