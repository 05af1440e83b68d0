"""Fixtures for the integration tests; how the run is set up is in hooks.py."""

import itertools
import os

import pytest

from servers import namespace
from servers.ca import Authority
from servers.certharvest import Certharvest, Programs
from servers.directory import Directory
from servers.exchange import extend_schema
from servers.milter import Milter
from servers.packages import fetched, unpack
from servers.partners import Partners
from servers.postfix import Postfix
from servers.prometheus import PACKAGES as PROMETHEUS
from servers.prometheus import Prometheus
from servers.samba import (ACCOUNT_PASSWORD, Samba, SecondSamba,
                           replicate)
from servers.sendmail import PACKAGES as SENDMAIL
from servers.sendmail import Sendmail
from servers.settings import active_directory

pytest_plugins = ["hooks"]

_number = itertools.count(1)


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """The folder below which everything of this run lives."""
    if namespace.inside():
        return namespace.root()
    return str(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="session")
def authority(root):
    """The certificate authority that everybody trusts."""
    return Authority(os.path.join(root, "ca"))


@pytest.fixture(scope="session")
def partners(authority):
    """As many partners as a test wants."""
    return Partners(authority)


@pytest.fixture(scope="session")
def samba(root, authority, programs):
    """The domain controller, running."""
    server = Samba(os.path.join(root, "samba"), authority,
                   programs.path("certharvest"))
    server.provision()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def second_samba(root, samba):
    """Another domain controller of the domain, running."""
    server = SecondSamba(os.path.join(root, "samba2"), samba)
    server.join()
    replicate(samba, server)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def exchange(root, samba):
    """A copy of the domain, with Exchange in it, instead of it."""
    server = None
    samba.stop()
    try:
        server = samba.copy(
            os.path.join(root, "exchange-%d" % next(_number)))
        server.start()
        extend_schema(Directory(server))
        yield server
    finally:
        if server is not None:
            server.stop()
        samba.start()


@pytest.fixture
def exchange_directory(exchange):
    """The directory with Exchange in it, without contacts."""
    oracle = Directory(exchange)
    oracle.wipe()
    yield oracle


@pytest.fixture
def directory(samba):
    """The directory, without contacts."""
    oracle = Directory(samba)
    oracle.wipe()
    yield oracle


@pytest.fixture(scope="session")
def build(pytestconfig):
    """The folder that the programs were built in."""
    return os.path.abspath(pytestconfig.getoption("--build"))


@pytest.fixture
def postfix(root):
    """Start Postfix instances; all are ended after the test."""
    made = []

    def start(port=2525, **options):
        made.append(Postfix(
            os.path.join(root, "postfix", "%d-%d" % (
                next(_number), port)), port, **options))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture
def sendmail(root):
    """Start Sendmail instances; all are ended after the test."""
    packages = os.environ.get("CERTHARVEST_SENDMAIL", "")
    if not fetched(packages, SENDMAIL):
        pytest.skip("Sendmail's packages could not be downloaded")
    made = []

    def start(port=2526, next_port=2525, milter=None):
        made.append(Sendmail(
            os.path.join(root, "sendmail", str(next(_number))), port,
            next_port, milter))
        made[-1].unpack(packages)
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


@pytest.fixture(scope="session")
def prometheus(root):
    """Its tools, unpacked."""
    packages = os.environ.get("CERTHARVEST_PROMETHEUS", "")
    if not fetched(packages, PROMETHEUS):
        pytest.skip("Prometheus' packages could not be downloaded")
    one = Prometheus(os.path.join(root, "prometheus"))
    unpack(packages, one.folder)
    return one


@pytest.fixture(scope="session")
def programs(root, build):
    """The programs under test, where every user can run them."""
    return Programs(build, os.path.join(root, "programs"))


@pytest.fixture
def certharvest(root, programs, authority):
    """Make installations; after the test all end, without a finding."""
    made = []

    def install(*layers, anchors=None):
        made.append(Certharvest(
            programs, os.path.join(root, "certharvest", str(next(_number))),
            anchors or authority.root.path, *layers))
        return made[-1]

    yield install
    try:
        for one in made:
            one.stop()
    finally:
        for one in made:
            one.kill()
    assert programs.findings() == ""


@pytest.fixture
def active(certharvest, samba):
    """One installation that publishes into the domain controller."""
    def install(*layers, how="ldaps"):
        one = certharvest()
        secret = one.secret("password", ACCOUNT_PASSWORD.encode() + b"\n")
        with open(samba.keytab, "rb") as file:
            keytab = one.secret("keytab", file.read())
        one.write_settings(
            active_directory(samba, how, secret, keytab), *layers)
        return one

    return install


@pytest.fixture
def milter(root, programs, authority):
    """Make and start milters; all are ended after the test."""
    made = []

    def make(start=True, **options):
        options.setdefault("anchors", authority.root.path)
        made.append(Milter(root, programs, **options))
        return made[-1].start() if start else made[-1]

    make.root = root
    yield make
    for one in made:
        one.close()
    assert programs.findings() == ""
