"""How the run as a whole behaves: namespaces, long tests, skips in CI."""

import os
import time

import pytest

from servers import namespace, sendmail

NOT_ROOT = ("needs root, for a network of its own: "
            "run ./run-tests as root")
LOG_LINES = 25


def pytest_addoption(parser):
    """Options of our own."""
    parser.addoption("--long", action="store_true",
                     help="run the tests that take minutes, too")
    parser.addoption("--build", default="build",
                     help="the folder that the programs were built in")
    parser.addoption("--part", default="1/1", metavar="K/N",
                     help="run only part K of N: whole files, dealt out so "
                     "that the parts have about as many tests")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Run everything again inside, when this process is outside."""
    if namespace.inside() or not namespace.possible():
        return None
    if config.option.collectonly or config.option.help:
        return None
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.suspend_global_capture(in_=True)
    try:
        os.environ["CERTHARVEST_SENDMAIL"] = sendmail.fetch(os.path.abspath(
            os.path.join(config.getoption("--build"), "sendmail")))
        return namespace.run_again(config.invocation_params.args)
    finally:
        capture.resume_global_capture()


def pytest_sessionstart(session):
    """Furnish the inside before the first fixture."""
    if namespace.inside() and not session.config.option.collectonly:
        namespace.furnish()


def deal(items, parts):
    """{file: part} for the files of the tests, the largest first."""
    sizes = {}
    for item in items:
        sizes[item.fspath] = sizes.get(item.fspath, 0) + 1
    load = [0] * parts
    dealt = {}
    for path in sorted(sizes, key=lambda path: (-sizes[path], path)):
        dealt[path] = load.index(min(load))
        load[dealt[path]] += sizes[path]
    return dealt


def keep_part(config, items):
    """Leave out what another part runs."""
    part, parts = map(int, config.getoption("--part").split("/"))
    if not 1 <= part <= parts:
        raise pytest.UsageError("--part K/N with K from 1 to N")
    dealt = deal(items, parts)
    others = [item for item in items if dealt[item.fspath] != part - 1]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Without --long leave long tests out; without root skip all."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    keep_part(config, items)
    if not namespace.inside():
        for item in items:
            if not item.get_closest_marker("rootless"):
                item.add_marker(pytest.mark.skip(reason=NOT_ROOT))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """With CI=true a skip is a failure; a failure shows the logs."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = "skipped, which CI=true forbids: %s" % (
            report.longrepr[2],)
    if report.failed and namespace.inside():
        for path in sorted(logs_since(call.start - 2)):
            report.sections.append((path, tail(path)))


def logs_since(moment):
    """The logs below the root that were written since."""
    for folder, _, names in os.walk(namespace.root()):
        for name in names:
            path = os.path.join(folder, name)
            if (".log" in name or "asan" in name) and \
                    os.path.getmtime(path) >= moment:
                yield path


def tail(path):
    """The last lines of a log."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(line[:400].rstrip("\n") + "\n"
                       for line in file.readlines()[-LOG_LINES:])


def pytest_runtest_logreport(report):
    """Nothing hangs unseen: say what was slow."""
    if report.when == "call" and report.duration > 60:
        print("\n%s took %.0f s, ended %s" % (
            report.nodeid, report.duration, time.strftime("%H:%M:%S")))
