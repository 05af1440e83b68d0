"""Postfix and Sendmail deliver, byte for byte."""

import os

import pytest

from servers import mail
from servers.postfix import without_trace
from servers.smtp import send, smtp_source


@pytest.mark.parametrize("opaque", [False, True])
def test_postfix_delivers_the_bytes(postfix, authority, opaque):
    """What was sent is in the mailbox, behind the trace headers."""
    one = postfix()
    message = mail.signed(authority.partner("pat@partner.example"),
                          opaque=opaque)
    assert send(one.port, message) == 250
    assert without_trace(one.delivered()[0]) == mail.lf(message)
    assert one.counted("status=sent", 1) == 1 and one.refused() == 0


def test_postfix_bears_a_load(postfix):
    """The load generator works, and every mail is counted."""
    one = postfix(transport="discard:")
    assert smtp_source(one.port, 200).returncode == 0
    one.idle()
    assert one.counted("status=sent", 200) == 200
    assert one.refused() == 0


def test_a_dead_milter_is_not_felt(postfix, root):
    """The settings of the manual: without a milter mail goes on."""
    one = postfix(milter="unix:" + os.path.join(root, "nothing.sock"))
    assert send(one.port, mail.unsigned("pat@partner.example")) == 250
    assert len(one.delivered()) == 1
    assert one.counted("warning: connect to Milter service", 1) == 1


def test_sendmail_delivers_the_bytes(sendmail, postfix, authority):
    """Through Sendmail and on to Postfix."""
    last = postfix()
    first = sendmail(next_port=last.port)
    message = mail.signed(authority.partner("pat@partner.example"))
    assert send(first.port, message) == 250
    got = without_trace(last.delivered()[0])
    assert got.endswith(mail.lf(message)[mail.lf(message).index(b"From:"):])
