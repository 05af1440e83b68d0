"""How the run as a whole behaves: namespaces, long tests, skips in CI."""

import collections
import os
import time

import pytest

from servers import board, namespace, packages, prometheus, sendmail

NOT_ROOT = ("needs root, for a network of its own: "
            "run ./run-tests as root")
LOG_LINES = 25
NIGHT = 180        # seconds before midnight in which no test begins
CLAIMED = set()    # files, by this process


def pytest_addoption(parser):
    """Options of our own."""
    parser.addoption("--long", action="store_true",
                     help="run the tests that take minutes, too")
    parser.addoption("--build", default="build",
                     help="the folder that the programs were built in")
    parser.addoption("--share", metavar="FOLDER",
                     help="share the work with others that run with the same "
                     "folder, empty at first: each file is run by whoever "
                     "comes to it first; how many tests there are in all is "
                     "left in FOLDER/collected")


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
        for module in (sendmail, prometheus):
            name = module.__name__.rpartition(".")[2]
            os.environ["CERTHARVEST_" + name.upper()] = packages.fetch(
                os.path.abspath(os.path.join(
                    config.getoption("--build"), name)), module.PACKAGES)
        return namespace.run_again(config.invocation_params.args)
    finally:
        capture.resume_global_capture()


def pytest_sessionstart(session):
    """Furnish the inside before the first fixture."""
    if namespace.inside() and not session.config.option.collectonly:
        namespace.furnish()


def share(config, items):
    """The largest files first, so that nobody has the last one for long."""
    sizes = collections.Counter(item.fspath for item in items)
    items.sort(key=lambda item: (-sizes[item.fspath], item.fspath))
    with open(os.path.join(config.getoption("--share"), "collected"), "w",
              encoding="ascii") as file:
        print(len(items), file=file)


def is_ours(item):
    """Whether we came first to the file of this test."""
    folder = item.config.getoption("--share")
    if folder is None or item.fspath in CLAIMED:
        return True
    try:
        os.close(os.open(os.path.join(folder, item.fspath.basename),
                         os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    CLAIMED.add(item.fspath)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """Leave out, unreported, what another one runs; and let no day end amid a
    test: many look at dates, and count by days."""
    if not is_ours(item):
        return True
    left = 86400 - time.time() % 86400
    if left < NIGHT:
        time.sleep(left + 1)
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Without --long leave long tests out, without hooks those that need
    them; without root skip all."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    if not board.built_in(os.path.abspath(config.getoption("--build"))):
        hooked = [item for item in items if item.get_closest_marker("hooked")]
        config.hook.pytest_deselected(items=hooked)
        items[:] = [item for item in items if item not in hooked]
    if config.getoption("--share"):
        share(config, items)
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
