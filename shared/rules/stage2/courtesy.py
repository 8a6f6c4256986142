"""Whether a message is nothing but thanks and closing words."""

import re2

from shared.domain.case import Revision
from shared.rules import asks
from shared.rules.stage2.wording import wording
from shared.rules.text import plain

_word = re2.compile(r"[\pL\pN][\pL\pN']*")


def is_thanks(revision: Revision) -> bool:
    """Nothing but thanks: no question mark, no word that may ask for more, and nothing found by any other rule.

    What the rules find in a message (a crisis, a complaint, a question) always goes before its thanks.
    """
    if _asks_more(revision):
        return False
    words, view = wording().thanked, plain(revision.event.text or "")
    if len(view.text) > words.longest or not words.thanks.stand_in(view):
        return False
    covered = [*words.thanks.spans(view), *words.closing.spans(view)]
    rest = (match.span() for match in _word.finditer(view.text))
    return all(
        view.text[start:end].rstrip("'") in words.words or any(a <= start and end <= b for a, b in covered)
        for start, end in rest
    )


def _asks_more(revision: Revision) -> bool:
    found = revision.assessment
    other = found is None or bool(found.faults) or any(finding.rule != asks.RULE for finding in found.findings)
    return other or bool(revision.event.attachments) or "?" in plain(revision.event.text or "").text
