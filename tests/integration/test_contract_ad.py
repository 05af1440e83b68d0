"""The contract of all directories, played against Active Directory."""

import pytest

from servers import contract as play

WRITABLE = {"userCertificate", "extensionName"}


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
    play.prepare(directory)
    try:
        contract = play.Contract(
            samba, build, programs, tmp_path, how,
            bases=["ou=partners,dc=corp,dc=example"],
            create_ous=["big.example: " + play.SUB])
        done = contract.run(tmp_path / "expected", check=False)
        assert done.returncode == 0, "".join(
            line + "\n" for line in done.stdout.decode().splitlines()
            if not line.startswith("ok")) + done.stderr.decode()
        play.compare(directory, tmp_path)
        check_writes(samba, directory)
        assert programs.findings() == ""
    finally:
        play.clean(directory)
