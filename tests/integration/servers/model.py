"""What should stand in the directory, by the rules of the manual and not by
our code: one address, its harvests, what is published and what was said.

The directory's side of it (value) and the store's (memory and the rest) are
apart, as a store that comes from a backup knows less than the directory.
"""

import copy
from dataclasses import dataclass, field

# What is decided on again when an address is allowed again.
RULED = ("veto", "key-change")


@dataclass
class Memory:
    """What the store knows of an address."""

    past: object = None     # what was published last
    gone: bool = False      # and was taken out, as far as is known
    blocked: bool = False   # until somebody allows it
    allowed: bool = False   # once
    approved: set = field(default_factory=set)   # until something is published
    waits: list = field(default_factory=list)    # while nothing is reachable
    reasons: dict = field(default_factory=dict)  # of each harvest, as it came
    decided: dict = field(default_factory=dict)  # when


class Address:
    """One partner's address through all that happens to it."""

    def __init__(self, address, trusted):
        self.address = address
        self.trusted = trusted  # the issuers that are; everybody's
        self.created = False
        self.value = None
        self.store = Memory()
        self.history = []

    def backup(self):
        """What a backup of the store holds."""
        s = self.store
        return (copy.copy(s), set(s.approved), list(s.waits),
                dict(s.reasons), dict(s.decided))

    def restore(self, kept):
        """The store is what it was."""
        memory, approved, waits, reasons, decided = kept
        self.store = copy.copy(memory)
        self.store.approved = set(approved)
        self.store.waits, self.store.reasons = list(waits), dict(reasons)
        self.store.decided = dict(decided)

    def _decide(self, coin, now):
        """The reason with which the harvest of this certificate ends."""
        s, value = self.store, self.value
        if s.blocked:
            return "veto"
        if coin.issuer not in self.trusted:
            return "chain-unknown"
        if coin.end < now:
            return "cert-expired"
        if value is None and not s.allowed and s.past and not s.gone and \
                s.past.end >= now:
            s.blocked = s.gone = True
            return "veto"
        if value is coin:
            if s.past is not coin or s.gone:
                s.approved.clear()
            s.past, s.gone, s.allowed = coin, False, (
                s.allowed and s.past is coin and not s.gone)
            return "unchanged"
        live = value if value is not None and value.end >= now else None
        if coin not in s.approved and (
                (live and live.issuer != coin.issuer) or
                (not live and s.past and s.past.issuer != coin.issuer)):
            return "key-change"
        if live and coin.start <= live.start:
            return "older"
        self._publish(coin)
        return "ok"

    def _publish(self, coin):
        self.created = True
        self.value = self.store.past = coin
        self.store.gone = self.store.allowed = False
        self.store.approved.clear()
        self.history.append(coin)

    def _end(self, coin, now):
        self.store.reasons[coin] = self._decide(coin, now)
        self.store.decided[coin] = now

    def mail(self, coin, now, reachable=True):
        """A signed mail came."""
        s = self.store
        if s.decided.get(coin) == now:
            return  # what is seen again the same day is not decided on again
        if coin not in s.waits:
            # What is decided on again is so in the order of the last mails.
            s.reasons[coin] = s.reasons.pop(coin, "")
        if reachable:
            self._end(coin, now)
        elif coin not in s.waits:
            s.waits.append(coin)

    def reach(self, now):
        """The directory is back: what waited, in the order it came."""
        waits, self.store.waits = self.store.waits, []
        for coin in [one for one in self.store.reasons if one in waits]:
            self._end(coin, now)

    def withdraw(self):
        """Somebody has our value taken out, for as long as he says."""
        self.removed()
        self.store.blocked = self.store.gone = True
        self.store.allowed = False

    def removed(self):
        """Somebody takes it out by hand."""
        self.value = None
        self.history.append(None)

    def allow(self, now):
        """And lets us again: what was held is decided on at once."""
        if not self.store.blocked:
            return
        self.store.blocked, self.store.allowed = False, True
        for coin in [one for one, reason in self.store.reasons.items()
                     if reason in RULED]:
            self._end(coin, now)

    def approve(self, coin, now):
        """A human has looked at this one and says yes."""
        self.store.approved.add(coin)
        self._end(coin, now)

    def sweep(self, now):
        """In the night: what is lost is decided on again, what has expired
        is taken out."""
        s = self.store
        lost = s.past if s.past and not s.gone and \
            self.value is not s.past else None
        if lost and ((self.value and self.value.start >= lost.start)
                     or lost.end < now):
            s.gone, lost = True, None
        if self.value and self.value.end < now:
            if s.past is self.value:
                s.gone = True
            self.value = None
        if lost:
            self._end(lost, now)

    def wanted(self):
        """The certificates that stand there."""
        return [] if self.value is None else [self.value.der]

    def steady(self):
        """Whether none came back by itself that another took the place of;
        where somebody took one out and allowed it again it may."""
        seen, last = set(), None
        for coin in self.history:
            if coin is None:
                seen, last = set(), None
            elif coin is not last:
                if coin in seen:
                    return False
                seen.add(coin)
                last = coin
        return True
