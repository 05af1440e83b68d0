#!/usr/bin/python3
"""Compare our reading of From: with that of Python's email package.

	from_oracle.py tests/unit/from_door

An address that we take must be the only one that Python sees, and one that
Python sees alone, without a complaint, we must take.  Every other difference
is one of EXPLAINED, or a failure.
"""
import collections
import email.headerregistry
import email.policy
import itertools
import re
import subprocess
import sys

BOB = "bob@partner.example"
ADDRESSES = [
    BOB, "Bob.Builder@Partner.Example", "o'brien+x=y@partner.example",
    "bob @ partner . example", "bob(c)@(d)partner.example",
    '"bob"@partner.example', '"bob".builder@partner.example',
    '"b ob"@partner.example', '"b\\ob"@partner.example',
    '"a@b"@partner.example', '"a\\"b"@partner.example', '""@partner.example',
    "bob@[192.0.2.1]", "bob@192.0.2.1", "bob@partner", "bob@partner.example.",
    ".bob@partner.example", "bob.@partner.example", "b..ob@partner.example",
    "bob@partner..example", "bob@-partner.example", "bob@", "@partner.example",
    "bob", "bob%evil.example@partner.example", "a!bob@partner.example",
    "bob@partner.example@evil.example", "b\u00f6b@partner.example",
    "bob@b\u00fccher.example", "bob@xn--bcher-kva.example", "*@partner.example",
    "b" * 64 + "@partner.example", "b" * 65 + "@partner.example",
    "bob@" + "d" * 64 + ".example", "bob@exa_mple.example",
    "bob@exa$mple.example", "=?utf-8?q?bob?=@partner.example",
]
PHRASES = ["", "Bob ", "Bob B. Builder ", '"Builder, Bob" ', "B\u00f6b ",
           "=?utf-8?q?B=C3=B6b?= ", '"evil@x.example" ', "(evil@x.example) ",
           'Bob (c (d) \\) ) ', '"<evil@x.example>" ', "Builder, Bob ",
           "evil@x.example "]
FORMS = ["{p}<{a}>", "{p}< {a} >", "\r\n {p}\r\n\t<{a}>", "{p}<{a}> (c)",
         "{p}<{a}>,", ",{p}<{a}>", "{p}<{a}>, x@y.example", "{p}<{a}> x",
         "{p}<{a}>;", "T: {p}<{a}>;", "T: {p}<{a}>, x@y.example;",
         "T: {p}<{a}>", "{p}<@r.example:{a}>", "{p}<@r,@s.example:{a}>",
         "{p}<<{a}>>", "{p}<{a}", "{p}{a}>", "{p}<{a}> <x@y.example>"]
BARE = ["{a}", " {a} ", "{a} (c)", "(c) {a}", "{a},", "{a}, x@y.example",
        "{a};", "T: {a};", "T: {a}, x@y.example;", "T:;", "A: B: {a};;",
        "{a} x", "x {a}", "<{a}", "{a}>", "@r.example:{a}", '"{a}"',
        "({a})", "=?utf-8?q?{a}?="]

# Why we refuse what Python takes for one address: a pattern of the value.
EXPLAINED = [
    ("a local part that needs its quotes", r'"(b ob|a@b|a\\"b|)"@'),
    ("a domain literal, or an IP address", r"192\.0\.2\.1"),
    ("no host name", r"@-|\$mple|@d{64}|b{65}@"),
    ("an encoded word, which Python decodes or takes for an atom",
     r"=\?utf-8\?q\?bob"),
]


def values():
    yield from (f.format(p=p, a=a) for f, p, a in
                itertools.product(FORMS[:3], PHRASES[:3], ADDRESSES))
    yield from (f.format(p=p, a=a) for f, p, a in
                itertools.product(FORMS, PHRASES, ADDRESSES[::9]))
    yield from (f.format(a=a) for f, a in itertools.product(BARE, ADDRESSES))


def canonical(local, domain):
    """As base/address.c has it; Python keeps quotes apart already."""
    if local.isascii():
        local = local.lower()
    domain = domain.rstrip(".").lower()
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    return local + "@" + domain


def python_says(value):
    """The addresses, or None where Python gives up; and its complaints."""
    try:
        parsed = {}
        email.headerregistry.AddressHeader.parse(
            re.sub(r"\r\n(?=[ \t])", "", value), parsed)
        found = [canonical(a.username, a.domain) for g in parsed["groups"]
                 for a in g.addresses]
        return found, [d for d in parsed["defects"]
                       if "Obsolete" not in type(d).__name__]
    except (IndexError, AttributeError, TypeError, ValueError):
        return None, []     # bugs of its own


def explain(value):
    for word, pattern in EXPLAINED:
        if re.search(pattern, value):
            return word
    return None


def main():
    tried = list(dict.fromkeys(values()))
    answers = subprocess.run(
        [sys.argv[1]], input=b"".join(v.encode() + b"\0" for v in tried),
        stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    counts = collections.Counter()
    failed = 0
    for value, answer in zip(tried, answers, strict=True):
        code, _, ours = answer.partition(" ")
        theirs, defects = python_says(value)
        if theirs is None:
            counts["Python gives up"] += 1
        elif code == "ok" and theirs == [ours]:
            counts["agree on the address"] += 1
        elif code != "ok" and (len(theirs) != 1 or defects or
                               theirs[0].startswith("@") or
                               theirs[0].endswith("@")):
            counts["agree that there is none, or not one"] += 1
        else:
            word = None if code == "ok" else explain(value)
            counts["refused: %s" % word] += 1
            if word is None:
                failed += 1
                if failed < 40:
                    print("%r: %s; Python: %s %s" % (
                        value, answer, theirs, defects[:1]))
    for what, n in counts.most_common():
        print("%6d  %s" % (n, what))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
