"""How staff hear of something away from the desk, with the addresses of this process."""

from typing import TYPE_CHECKING, Any

from shared.bootstrap.environment import clock, settings
from shared.bootstrap.stores import library, store
from shared.once import Once

if TYPE_CHECKING:
    from shared.domain.alert import Alert
    from shared.ports import Notifier
    from shared.service.alerting import Post


@Once
def notifier() -> "Notifier":
    """Amazon SES where there is a sender, else a folder of mails; in a project a missing sender is a failure."""
    sender = settings().mail_from
    if sender is None:
        from shared.adapters.outbox import NoSender, Outbox

        return Outbox(settings().data / "mail") if settings().project is None else NoSender()
    from shared.adapters.ses import Ses

    return Ses(_client, sender)


@Once
def _client() -> Any:
    import boto3

    from shared.adapters import ses

    region, role = settings().ses_region, settings().ses_role
    session = boto3.Session() if role is None else ses.federated(role, region, ses.google_identity)
    return ses.connect(session, region)


@Once
def post() -> "Post":
    """What telling needs."""
    from zoneinfo import ZoneInfo

    from shared.principles.loading import words
    from shared.service.alerting import Post
    from shared.service.letters import Writer

    zone = ZoneInfo(library().in_force(clock()).hours.zone)
    return Post(notifier(), settings().addresses, Writer(words("mail"), settings().desk, zone))


def alert_overdue() -> int:
    """What `alert_overdue` does: how many mails went out."""
    from shared.service import alerting

    now = clock()
    return alerting.alert_overdue(now, library().in_force(now), store=store(), post=post())


def tell(alert: "Alert") -> None:
    """Send an urgent alert now. What fails is owed, and sent by `alert_overdue`."""
    from shared import log
    from shared.service import alerting

    try:
        told = alerting.tell_urgent(alert, clock(), store=store(), post=post())
    except Exception as error:  # noqa: BLE001 - the case is on the desk, whatever becomes of the mail
        log.event("mail failed", severity="ERROR", id=alert.id, error=error)
        return
    if not told:
        log.event("mail not sent", severity="ERROR", id=alert.id)
