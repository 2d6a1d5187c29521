"""Rewording: how customers say what an article says: other words, fewer words, wrong letters.

The thesaurus is this benchmark's own. The product has a list of synonyms too: neither was made from
the other, and pairs that happened to be in both were taken out here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

WORD = re.compile(r"[A-Za-z0-9][\w.+#'-]*[\w+#]|[A-Za-z0-9]")

# What an article says: what people say who have not read it. Only in this direction.
_SAID = """
access: get into, open, reach
account: profile, login
activate: get working
add: put in, include
administrator: manager
alert: warning, message
allow: let, permit
assign: give
attach: hook up, plug in
attachment: enclosed file
authentication: login check, sign in
backup: safety copy, spare copy
bandwidth: data use
billing: charges, paying
block: stop, ban
cancel: quit, end, get out of
certificate: cert, https lock
change: alter, swap
check: look at, test
client: program, app
clone: double
command: instruction
configure: adjust, prepare
connect: hook up, get on
contact: person, owner details
convert: turn into
cost: how much
create: make, start, get a new
credential: password, key
customize: personalise, adapt
database: db, tables
delegate: point, hand over
delete: get rid of, wipe
deploy: roll out, launch
disable: shut off
disk: drive
display: show
domain: web address, site name
download: get, fetch, save
edit: rewrite
email: message
enable: get working, have on
error: fault
expire: run out, end
export: take out, save elsewhere
fail: break, not work
failure: crash, breakdown
file: data
filter: sorting rule
firewall: port blocking
folder: place
forward: send on, pass on
group: team
host: keep, run
image: disk picture, template
import: bring in, load
increase: raise, grow
install: put on, get running
instance: machine, vm
invoice: statement
issue: difficulty
launch: start
limit: cap
list: see all
locate: find
log: history, record
mailbox: inbox, mail account
manage: handle, look after
memory: ram
migrate: switch over
mobile: handset
modify: alter
monitor: watch, keep an eye on
mount: get at
nameserver: dns server
notification: notice
password: secret word
payment: paying, card charge
performance: speed
permission: rights, who may
plan: contract, tariff
policy: rules
private: internal
process: steps
provision: order, get
purchase: buy, order
quota: space limit
reboot: restart, power cycle
rebuild: start over, redo
record: entry
recover: get back, rescue
redirect: send on, forward
register: buy
registrar: domain seller
remote: from home, from outside
remove: take away, take off
rename: change the name of
renew: extend, keep
replace: swap
report: overview, statistics
request: ask for
reset: set back, forgot
resize: make bigger, change the size of
resolve: sort out
restart: reboot
restore: bring back, get back
restrict: limit, lock down
retrieve: get, fetch
review: look over
scale: grow
schedule: plan, time
script: small program
secure: protect, lock down
security: protection, safety
select: choose, pick
send: mail out
server: machine, box
service: product
setting: option, preference
share: give others
signature: footer
snapshot: copy, saved state
spam: junk, unwanted mail
start: begin, launch
status: state
stop: halt, end
storage: space
subscribe: sign up for
support: help
synchronize: keep the same
template: pattern, blueprint
ticket: support request, case
token: key
traffic: visitors, load
transfer: bring over
troubleshoot: problems with
uninstall: take off
update: refresh, bring up to date
upgrade: get newer, bigger version
upload: put up, send up
usage: use, consumption
user: person
verify: make sure
version: release
view: see, look at
volume: extra disk
website: web page
"""
THESAURUS = {
    word: tuple(said.split(", "))
    for word, said in (line.split(": ") for line in _SAID.strip().splitlines())
}
_SMALL = """
a an and are as at be been but by can did do does for from had has have how i if in into is it its
may me my no not of on or our should so than that the their them then there these they this to up us
was we were what when where which who why will with would you your using use via about after before
between while also any all each more most other some such only
"""
SMALL = frozenset(_SMALL.split())
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(0, n - 1) : n] + row[n + 1 : n + 2] for row in _KEYS for n, key in enumerate(row)
}


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def content_words(text: str) -> list[str]:
    """In lower case, without the small ones."""
    return [word for word in words_of(text.lower()) if word not in SMALL]


def reworded(words: list[str], share: float, chance: random.Random) -> list[str]:
    """The words, each that the thesaurus knows replaced by another with a probability."""
    return [
        chance.choice(said) if (said := _said(word)) and chance.random() < share else word
        for word in words
    ]


def _said(word: str) -> tuple[str, ...]:
    """The thesaurus has base forms: `creating`, `created` and `creates` are `create`."""
    for ending, instead in (("", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("d", "")):
        base = word.removesuffix(ending) + instead if word.endswith(ending) else ""
        if base in THESAURUS:
            return THESAURUS[base]
    return ()


def mistyped(text: str, chance: random.Random) -> str:
    """One letter of a longer word swapped, left out, doubled or missed by a key."""
    words = text.split(" ")
    places = [n for n, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not places:
        return text
    place = chance.choice(places)
    word = words[place]
    at = chance.randrange(1, len(word) - 1)
    beside = chance.choice(_NEIGHBOURS.get(word[at].lower(), word[at]))
    words[place] = chance.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + beside + word[at + 1 :],
        )
    )
    return " ".join(words)
