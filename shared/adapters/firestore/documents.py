"""Domain objects to Firestore documents and back.

What a list is sorted or found by is a field of its own; everything else is one JSON string, or gzip of it, exempt from
indexing (`infra/firestore.indexes.json`). A field that does not apply is absent, never null.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.adapters import codec
from shared.adapters.firestore.packing import INLINE_BYTES, Document, Write, packed
from shared.adapters.keeping import some_of
from shared.domain.action import Action
from shared.domain.alert import Alert
from shared.domain.case import Case
from shared.domain.channel import Channel
from shared.domain.message import EventKind, Platform, identity
from shared.ports import Arrival, AuditEntry, Quarantine


def arrived(arrival: Arrival, *, inline: bool = True) -> list[Write]:
    """What intake merges blindly: the case last, so that it never points at what is not there yet."""
    bodies = {key: codec.revision.dump_json(made) for key, made in arrival.revisions.items()}
    posted = [key for key, made in arrival.revisions.items() if made.event.event is EventKind.POSTED]
    short = inline and sum(len(bodies[key]) for key in posted) <= INLINE_BYTES
    within = {key: bodies.pop(key).decode() for key in posted} if short else {}
    beside = [write for key, body in bodies.items() for write in _revision(arrival.case, key, body)]
    return [*beside, Write("cases", arrival.case, _case(arrival, within, beside=bool(beside)))]


def _revision(case_id: str, key: str, body: bytes) -> list[Write]:
    fields, pieces = packed(case_id, body)
    return [*pieces, Write("revisions", f"{case_id}-{key}", {"case": case_id, "hash": key, **fields})]


def _case(arrival: Arrival, within: Mapping[str, str], *, beside: bool) -> Document:
    document: Document = {
        "platform": arrival.platform.value,
        "account": arrival.account,
        "message": arrival.message,
        "pending_since": arrival.pending_since,
        "sweep_at": arrival.sweep_at,
    }
    trace = arrival.trace
    optional = {
        "revisions": dict(within),
        "beside": beside,
        "removed_at": arrival.removed_at,
        "said_at": trace and trace.said_at,
        "fingerprint": trace and trace.fingerprint,
        "reply_to": trace and trace.reply_to,
    }
    return document | {name: value for name, value in optional.items() if value}


def decided(case: Case) -> Document:
    """What is updated once a case has been taken: never the revisions, never the removal."""
    fields = {
        "pending_since": case.pending_since,
        "sweep_at": case.sweep_at,
        "decided": codec.case.dump_json(replace(case, revisions={})).decode(),
        "state": case.state and case.state.value,
        "rank": case.rank,
        "due": case.due,
        "at": case.at,
        "conversation": conversation(case),
    }
    return _cleared(fields)


def conversation(case: Case) -> str | None:
    """What the cases of one conversation of one account share."""
    return None if case.conversation is None else identity(case.platform, case.account, case.conversation)


def case(id_: str, document: Mapping[str, Any], beside: Mapping[str, bytes]) -> Case:
    """A case: what intake wrote, in it and beside it, lies over what was decided."""
    base = (
        codec.case.validate_json(document["decided"])
        if "decided" in document
        else Case(id_, Platform(document["platform"]), document["account"], document["message"])
    )
    bodies = {**document.get("revisions", {}), **beside}
    revisions = {key: codec.revision.validate_json(body) for key, body in bodies.items()}
    return replace(
        base,
        revisions=revisions,
        removed_at=plain(document.get("removed_at")),
        pending_since=plain(document.get("pending_since")),
        sweep_at=plain(document.get("sweep_at")),
    )


def action(made: Action) -> Document:
    """An action, findable by case, group and state."""
    document: Document = {
        "case": made.case,
        "group": made.group,
        "state": made.state.value,
        "at": made.reserved_at,
        "body": codec.action.dump_json(made).decode(),
    }
    return document if made.sweep_at is None else {**document, "sweep_at": made.sweep_at}


def audit_entry(entry: AuditEntry) -> Document:
    """An entry of the audit, findable by case."""
    return {"case": entry.case, "at": entry.at, "body": codec.audit_entry.dump_json(entry).decode()}


def channel(made: Channel, fields: Collection[str]) -> Document:
    """These fields of a channel; what does not apply any more is taken away."""
    return _cleared(some_of(made, fields))


def alert(made: Alert) -> Document:
    """An alert, findable while it is open."""
    document: Document = {"body": codec.alert.dump_json(made).decode()}
    return document if made.open_since is None else {**document, "open_since": made.open_since}


def quarantined(kept: Quarantine) -> list[Write]:
    """A fragment in quarantine, its pieces first."""
    fields, pieces = packed(kept.id, codec.quarantine.dump_json(kept))
    return [*pieces, Write("quarantine", kept.id, {"at": kept.received_at, **fields})]


def plain(at: datetime | None) -> datetime | None:
    """A time without the driver's own type."""
    return None if at is None else datetime.fromtimestamp(at.timestamp(), UTC).replace(microsecond=at.microsecond)


def _cleared(fields: Mapping[str, Any]) -> Document:
    """For an update: None takes a field away. Google's client is there already, unlike at intake."""
    from google.cloud.firestore import DELETE_FIELD

    return {name: DELETE_FIELD if value is None else value for name, value in fields.items()}
