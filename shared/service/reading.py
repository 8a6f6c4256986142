"""Events and assessments as the lines of `interfaces.md`: keys in the interface's order, times ISO 8601 in UTC."""

from datetime import UTC, datetime
from typing import Any

from shared.domain.assessment import Assessment
from shared.domain.message import Attachment, Author, Event, Part


def as_line(part: Part) -> dict[str, Any]:
    """One part of a delivery as `signpost read` prints it."""
    said = part.said
    if not isinstance(said, Event):
        return {"event": "quarantined", "platform": str(said.platform), "why": said.why}
    line = {
        "event": str(said.event),
        "platform": str(said.platform),
        "account": said.account,
        "id": said.id,
        "kind": said.kind and str(said.kind),
        "text": said.text,
        "author": said.author and _author(said.author),
        "conversation": said.conversation,
        "parent": said.parent,
        "sent_at": _iso(said.sent_at),
        "public": said.public,
        "attachments": [_attachment(attachment) for attachment in said.attachments],
        "why": said.why,
    }
    more = {"no_ack": said.no_ack, "incomplete": said.incomplete}
    return {**line, **{name: value for name, value in more.items() if value}}


def assessment_line(assessment: Assessment) -> dict[str, Any]:
    """An assessment as `signpost triage` prints it, without the id. Findings without a clause stay inside."""
    return {
        "priority": str(assessment.priority),
        "requires_response": assessment.requires_response,
        "due": _iso(assessment.due),
        "signpost": assessment.signpost and str(assessment.signpost),
        "findings": [
            {
                "clause": finding.clause,
                "rule": finding.rule,
                "passages": [list(passage) for passage in finding.passages],
                "why": finding.why,
            }
            for finding in assessment.findings
            if finding.clause
        ],
        "principles": assessment.principles,
    }


def _author(author: Author) -> dict[str, str | None]:
    return {"id": author.id, "name": author.name, "handle": author.handle}


def _attachment(attachment: Attachment) -> dict[str, str | None]:
    return {"type": attachment.type, "url": attachment.url}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
