"""Domain objects to JSON and back; what is read from a store is validated like anything else from outside."""

from pydantic import TypeAdapter

from shared.domain.action import Action
from shared.domain.alert import Alert
from shared.domain.case import Case, Revision
from shared.ports import AuditEntry, Quarantine

case = TypeAdapter(Case)
revision = TypeAdapter(Revision)
action = TypeAdapter(Action)
alert = TypeAdapter(Alert)
audit_entry = TypeAdapter(AuditEntry)
quarantine = TypeAdapter(Quarantine)
