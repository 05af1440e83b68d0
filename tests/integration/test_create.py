"""For whom contacts are made: lists, programs, and those who never get one."""

import os
import signal
import time

from servers import mail
from servers.ca import DAY
from servers.embedded import contacts
from test_publisher import feed, ldif, published, status

PAT = "pat@partner.example"
LIST = b"List-Id: <offers.partner.example>\r\n"


def decided(one, address, reason):
    """Wait for the decision on an address."""
    return one.wait_event("harvest-decided", "publisher", address=address,
                          reason=reason)


def test_a_list_makes_no_contact_and_refreshes_one(certharvest, authority):
    """Also with the same certificate, which the milter has seen today."""
    one = certharvest().start()
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT, start=now - DAY)
    feed(one, mail.signed(old, extra=LIST))
    decided(one, PAT, "create-bulk")
    feed(one, mail.signed(authority.partner("no-reply7@partner.example")))
    decided(one, "no-reply7@partner.example", "create-noreply")
    assert contacts(ldif(one)) == {}
    assert status(one)["harvests"]["held"] == 0
    feed(one, mail.signed(old, extra=b"Auto-Submitted: no\r\n"))
    published(one, {PAT: old.der})
    feed(one, mail.signed(new, extra=LIST))
    published(one, {PAT: new.der})
    shown = one.cli("-f", one.settings_file, "show", PAT)
    assert "create-bulk" in shown and new.sha256 in shown


def test_guests_never_get_one(certharvest, authority):
    """A file of them, read at start and at reload, told of by file and line
    where it is wrong."""
    one = certharvest()
    guests = os.path.join(one.folder, "guests.csv")
    one.write_settings({"directory": {"never_create": [guests]}})

    def write(text):
        with open(guests, "w", encoding="utf-8") as file:
            file.write(text)
        if one.publisher is not None:
            one.publisher.popen.send_signal(signal.SIGHUP)

    write('"Mail","DisplayName"\r\n"%s","Pat, a guest"\r\n' % PAT)
    one.start()
    partner = authority.partner(PAT)
    feed(one, mail.signed(partner))
    decided(one, PAT, "never-create")
    assert contacts(ldif(one)) == {}
    write("Mail\nbob@partner.example\nno address\n\x1b[2J\n")
    refused, = one.wait_event("reload-refused", "publisher")
    assert guests + ":3: " in refused["text"]
    assert "no address" in refused["text"]
    assert ", and 1 more" in refused["text"]
    other = authority.partner(PAT, start=time.time() - DAY)
    feed(one, mail.signed(other))
    one.wait_event("harvest-decided", "publisher", number=2,
                   reason="never-create")
    write("Mail\nbob@partner.example\n")
    one.wait_event("reloaded", "publisher")
    third = authority.partner(PAT, start=time.time() - DAY / 2)
    feed(one, mail.signed(third))
    published(one, {PAT: third.der})
