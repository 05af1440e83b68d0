"""dump.py STORE VERSION: what the store holds, as store_upgrade_test reads it;
for the tables of that version, when the store's are newer.

    python3 tests/unit/stores/dump.py store.db 9 >tests/unit/stores/version-9.sql
"""

import re
import sqlite3
import sys

APPLICATION = 0x63687374
SCHEMA = "store/schema.c"


def steps():
    """The statements of each step of store/schema.c."""
    with open(SCHEMA, encoding="utf-8") as file:
        text = file.read()
    text = text[text.index("steps[] = {"):text.index("#define VERSION")]
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    made = [""]
    for word in re.finditer(r'"([^"]*)"|,', text):
        if word.group(0) == ",":
            made.append("")
        else:
            made[-1] += word.group(1)
    return [step for step in made if step]


def columns(database, table):
    """The names of a table's columns."""
    return [row[1] for row in database.execute(
        "PRAGMA table_info(%s)" % table)]


def main(path, version):
    """Copy what that version has columns for, and print it."""
    source = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    database = sqlite3.connect(":memory:")
    for step in steps()[:version]:
        database.executescript(step)
    tables = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite_%'")]
    for table in tables:
        there = set(columns(source, table))
        some = [name for name in columns(database, table) if name in there]
        if not some:
            continue
        database.executemany(
            "INSERT INTO %s (%s) VALUES (%s)" % (
                table, ", ".join(some), ", ".join("?" * len(some))),
            source.execute("SELECT %s FROM %s" % (", ".join(some), table)))
    database.commit()
    print("-- A store of version %d." % version)
    print("PRAGMA application_id = %d;" % APPLICATION)
    print("PRAGMA user_version = %d;" % version)
    for line in database.iterdump():
        print(line)


main(sys.argv[1], int(sys.argv[2]))
