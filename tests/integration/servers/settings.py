"""Settings files for certharvest, written from dictionaries."""

from servers import samba


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "{ %s }" % ", ".join(_value(one) for one in value)
    return '"%s"' % value


def text(sections):
    """The file for {section: {name: value}}."""
    return "".join(
        "%s {\n%s}\n" % (section, "".join(
            "    %s = %s\n" % (name, _value(value))
            for name, value in rows.items()))
        for section, rows in sections.items())


def merged(*layers):
    """Layers of sections, the later ones in front."""
    result = {}
    for layer in layers:
        for section, rows in layer.items():
            result.setdefault(section, {}).update(rows)
    return result


def common(folder, anchors):
    """What every test sets: all paths below a folder, quick answers."""
    return {
        "site": {"own_domains": ["corp.example"]},
        "log": {"target": "stderr", "level": "debug"},
        "trust": {"anchors": anchors},
        "judge": {"workers": 2, "deadline": 2000},
        "milter": {
            "socket": "unix:%s/run/milter.sock" % folder,
            "socket_mode": "0666",
            "lock_file": "%s/run/lock" % folder,
            "temporary_folder": "/var/tmp",
            "drain": 10,
        },
        "spool": {
            "folder": "%s/spool" % folder,
            "snapshot": "%s/snapshot/snapshot.json" % folder,
        },
        "store": {"path": "%s/publisher/store.db" % folder},
        "directory": {
            "backend": "ldif",
            "file": "%s/publisher/contacts.ldif" % folder,
            "state_file": "%s/publisher/directory.state" % folder,
            "site_key_file": "%s/publisher/site.key" % folder,
            "timeout": 5,
        },
        "publisher": {
            "mode": "publish",
            "damaged": "%s/publisher/damaged" % folder,
            "control_socket": "%s/control/control.sock" % folder,
            "lock_file": "%s/publisher/lock" % folder,
            "poll": 2,
            "retry_min": 1,
            "retry_max": 3,
            # A test that makes many partners is no flood.
            "new_contacts_per_hour": 0,
            "new_contacts_per_domain": 0,
        },
        "digest": {"state_file": "%s/publisher/digest.state" % folder},
    }


def active_directory(server, how="ldaps", password_file=None, keytab=None):
    """The directory's settings for one of the three ways to bind."""
    ways = {
        "ldaps": {"uri": ["ldaps://" + samba.HOST], "bind": "simple"},
        "starttls": {"uri": ["ldap://" + samba.HOST], "bind": "simple",
                     "starttls": True},
        "gssapi": {"uri": ["ldap://" + samba.HOST], "bind": "gssapi",
                   "keytab": keytab or server.keytab,
                   "krb5_config": server.krb5_conf},
    }
    rows = {
        "backend": "ad", "bases": [samba.OU], "create_ou": samba.OU,
        "ca_file": server.ca_file, **ways[how]}
    rows["user"] = samba.ACCOUNT + "@" + samba.REALM
    if how != "gssapi":
        rows["password_file"] = password_file or server.password_file
    return {"directory": rows}
