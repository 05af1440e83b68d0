"""The contract of all directories, played against Active Directory."""

import os

import pytest

from servers import samba as dc
from servers.process import run
from servers.settings import active_directory, text

CONTRACT = os.path.join(os.path.dirname(__file__), "..", "contract")
ELSEWHERE = "ou=Elsewhere," + dc.BASE
SUB = "ou=Sub," + dc.OU
WRITABLE = {"userCertificate", "extensionName"}


def prepare(directory):
    """Put into the domain what the contract wants to find there."""
    for name in (ELSEWHERE, SUB):
        directory.ldif("ldapadd", "dn: %s\nobjectClass: organizationalUnit\n"
                       % name, "-c")
    with open(os.path.join(CONTRACT, "directory_prepared.ldif"),
              encoding="utf-8") as file:
        directory.ldif("ldapadd", file.read())


def clean(directory):
    """Take it out again."""
    directory.wipe()
    directory.delete("cn=Outside," + ELSEWHERE, ELSEWHERE, SUB,
                     "cn=PC1,cn=Computers," + dc.BASE,
                     "cn=A Group,cn=Users," + dc.BASE,
                     "cn=A User,cn=Users," + dc.BASE)


def exported(directory, path):
    """All contacts as ldapsearch prints them."""
    path.write_bytes(directory.export())
    return path


def check_writes(samba, directory):
    """What the controller's own audit says of the account's writes."""
    ours = [change for change in directory.changes()
            if change.sid == samba.account_sid]
    assert {change.operation for change in ours} == {"Add", "Modify"}
    modified = [change for change in ours if change.operation == "Modify"]
    for change in modified:
        assert set(change.attributes) <= WRITABLE
    (swap,) = [change.attributes for change in modified
               if "refresh@" in change.dn]
    for attribute in WRITABLE:
        assert [action for action, _ in swap[attribute]] == ["delete", "add"]


@pytest.mark.sanitized
@pytest.mark.parametrize("how", ["gssapi", "ldaps", "starttls"])
def test_the_contract(samba, directory, build, programs, tmp_path, how):
    """Every row holds, and an independent reader finds what it must."""
    prepare(directory)
    try:
        settings = tmp_path / "certharvest.conf"
        rows = active_directory(samba, how)
        rows["directory"]["bases"] = ["ou=partners,dc=corp,dc=example"]
        rows["directory"]["create_ous"] = ["big.example: " + SUB]
        settings.write_text(text(rows))
        done = run([os.path.join(build, "tests/contract/directory_contract"),
                    programs.path("directory"), settings,
                    tmp_path / "expected"], check=False,
                   env=programs.environment())
        assert done.returncode == 0, done.stdout + done.stderr
        found = run(["python3", "-B",
                     os.path.join(CONTRACT, "directory_oracle.py"),
                     tmp_path / "expected",
                     exported(directory, tmp_path / "found.ldif")],
                    check=False)
        assert found.returncode == 0, found.stdout
        check_writes(samba, directory)
        assert programs.findings() == ""
    finally:
        clean(directory)
