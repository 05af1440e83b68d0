"""The embedded directory as an oracle of its own sees it: contacts.ldif read
without our code, and every replacement of the file counted by the kernel."""

import base64
import ctypes
import os
import struct

IN_MOVED_FROM = 0x40
IN_MOVED_TO = 0x80
IN_NONBLOCK = 0o4000
_libc = ctypes.CDLL(None, use_errno=True)


def entries(path):
    """All entries of an LDIF file, as [{attribute: [bytes]}]."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().replace("\n ", "").split("\n")
    except FileNotFoundError:
        return []
    found, entry = [], {}
    for line in lines + [""]:
        if line.startswith("#") or line.startswith("version:"):
            continue
        if not line:
            if entry:
                found.append(entry)
            entry = {}
            continue
        name, _, value = line.partition(":")
        if value.startswith(":"):
            value = base64.b64decode(value[1:].strip())
        else:
            value = value.strip().encode()
        entry.setdefault(name.lower(), []).append(value)
    return found


def contacts(path):
    """{address: [DER]} of all contacts."""
    found = {}
    for entry in entries(path):
        for mail in entry.get("mail", []):
            assert mail.decode() not in found, "two contacts of " + str(mail)
            found[mail.decode()] = entry.get("usercertificate", [])
    return found


class Replacements:
    """Counts how often a file was replaced by rename."""

    def __init__(self, path):
        self.name = os.path.basename(path).encode()
        self.fd = _libc.inotify_init1(IN_NONBLOCK)
        self.number = 0
        # Both, or equal events in a row would be made one.
        watch = _libc.inotify_add_watch(
            self.fd, os.path.dirname(path).encode(),
            IN_MOVED_FROM | IN_MOVED_TO)
        assert self.fd >= 0 and watch >= 0

    def count(self):
        """So often until now."""
        while True:
            try:
                data = os.read(self.fd, 65536)
            except BlockingIOError:
                return self.number
            while data:
                mask, _, length = struct.unpack_from("III", data, 4)
                if mask & IN_MOVED_TO and \
                        data[16:16 + length].rstrip(b"\0") == self.name:
                    self.number += 1
                data = data[16 + length:]

    def close(self):
        """No more."""
        os.close(self.fd)
