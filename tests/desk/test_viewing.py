"""Opening a case: what belongs to it, and who looked."""

from datetime import timedelta

from shared.ports import AuditEntry
from shared.service.desk.viewing import LOOK, open_case
from tests.desk.seeds import ASHLEY, MORGAN, NOW, ROWAN, Seeds, finding

QUESTION = finding("question")


def test_opening_is_recorded_once_in_ten_minutes_for_each_person(seeds: Seeds) -> None:
    case = seeds.message("When?", QUESTION)
    for person, at in [
        (MORGAN, NOW),
        (MORGAN, NOW + LOOK - timedelta(seconds=1)),
        (ROWAN, NOW),
        (MORGAN, NOW + LOOK),
    ]:
        open_case(seeds.store, case.id, person, at)
    assert [(e.who, e.what, e.at) for e in sorted(seeds.store.audit_of(case.id), key=lambda e: (e.at, e.who))] == [
        (MORGAN.id, "viewed", NOW),
        (ROWAN.id, "viewed", NOW),
        (MORGAN.id, "viewed", NOW + LOOK),
    ]


def test_opening_shows_the_look_itself_and_hands_over_what_belongs_to_the_case(seeds: Seeds) -> None:
    other = seeds.message("Earlier words.", QUESTION, at=NOW - timedelta(hours=2))
    case = seeds.message("When?", QUESTION)
    opened = open_case(seeds.store, case.id, ASHLEY, NOW)
    assert opened.case == case
    assert [one.id for one in opened.conversation] == [other.id]
    assert opened.audit == [AuditEntry(opened.audit[0].id, case.id, NOW, ASHLEY.id, "viewed")]
