"""Searching where the schema has what Exchange adds."""

import pytest

from servers import contract as play
from servers import exchange as exch
from servers import samba as dc
from servers.settings import active_directory


@pytest.fixture
def contract(exchange, build, programs, tmp_path):
    """The contract program; no program of ours leaves a finding."""
    yield play.Contract(exchange, build, programs, tmp_path,
                        create_ous=["big.example: " + play.SUB])
    assert programs.findings() == ""


def test_the_contract(contract, exchange_directory, tmp_path):
    """All of it, and targetAddress, mail users and managed contacts."""
    play.prepare(exchange_directory, exchange=True)
    try:
        done = contract.run(tmp_path / "expected", "exchange", check=False)
        assert done.returncode == 0, "".join(
            line + "\n" for line in done.stdout.decode().splitlines()
            if not line.startswith("ok")) + done.stderr.decode()
        play.compare(exchange_directory, tmp_path)
    finally:
        play.clean(exchange_directory, exchange=True)


def test_managed_by_a_filter(contract, exchange_directory):
    """The controller evaluates it, rules of its own included."""
    exchange_directory.ldif("ldapadd", "".join(
        "dn: cn=%s,%s\nobjectClass: contact\nmail: %s@sync.example\n%s\n" % (
            name, dc.OU, name, more) for name, more in (
                ("free", "msExchOriginatingForest: other.example\n"),
                ("ours", "info: synchronised by hand\n"),
                ("theirs", "info: Synchronised by MIM\n"))))
    contract.set(managed_filter="(&(uSNChanged>=1)(info=synchronised*MIM))")
    assert contract.publish("theirs@sync.example")[:2] == ("held", "managed")
    assert contract.publish("ours@sync.example")[:2] == ("done", "ok")
    assert contract.publish("free@sync.example")[:2] == ("done", "ok")
    contract.set(managed_filter="")
    assert contract.publish("theirs@sync.example")[:2] == ("done", "ok")


def test_accepted_domains_that_nobody_shows(certharvest, exchange,
                                            exchange_directory):
    """Where the schema has Exchange, none that can be read is a warning."""
    assert exchange_directory.search("(objectClass=msExchAcceptedDomain)",
                                     "cn") == []
    one = certharvest()
    secret = one.secret("password", dc.ACCOUNT_PASSWORD.encode() + b"\n")
    one.write_settings(active_directory(
        exchange, "ldaps", secret, exchange.keytab))
    found = one.cli("-f", one.settings_file, "doctor", check=False)
    assert "no accepted domain can be read" in found, found


def test_accepted_domains(contract, exchange_directory):
    """No contact for them; those below one only where Exchange says so."""
    exch.accept(exchange_directory, "Own.Example", "*.group.example",
                "xn--bcher-kva.example", "*",
                *("many%d.example" % number for number in range(600)))
    for address in ("bob@own.example", "bob@sub.group.example",
                    "bob@xn--bcher-kva.example", "bob@many599.example"):
        outcome, reason, text = contract.publish(address)
        assert (outcome, reason) == ("refused", "own-domain"), text
    for address in ("bob@sub.own.example", "bob@group.example",
                    "bob@partner.example"):
        assert contract.publish(address)[:2] == ("done", "ok")
    assert {values["mail"][0] for _, values in
            exchange_directory.contacts("mail")} == {
                b"bob@sub.own.example", b"bob@group.example",
                b"bob@partner.example"}
