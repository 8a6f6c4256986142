"""Mail through Amazon SES: what is sent, and what each refusal becomes. moto stands in for Amazon; nothing leaves."""

import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from shared.adapters import ses
from shared.adapters.ses import Ses, connect, federated
from shared.ports import Letter, NotTold

REGION = "eu-west-2"
SENDER = "signpost@example.org"
CANARY = "nobody@example.org"
LETTER = Letter("a" * 64, ["team@example.org", CANARY], "Signpost: 3 overdue", "Overdue: 3 \u2013 see the desk.\n")


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session("made-up", "made-up", region_name=REGION)


@pytest.fixture
def client(session: boto3.Session) -> Any:
    made = connect(session, REGION)
    made.create_email_identity(EmailIdentity=SENDER)
    return made


def sent() -> list[Any]:
    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def test_a_mail_arrives_as_it_was_written(client: Any) -> None:
    Ses(lambda: client, SENDER).tell(LETTER)
    [mail] = sent()
    assert (mail.source, mail.subject, mail.body) == (SENDER, LETTER.subject, LETTER.body)
    assert mail.destinations == {"ToAddresses": LETTER.to}


def test_a_sender_that_was_never_verified_is_refused(session: boto3.Session) -> None:
    unverified = connect(session, REGION)
    assert refused(unverified) == "MessageRejected"
    assert sent() == []


@pytest.mark.parametrize("code", ["Throttling", "TooManyRequestsException", "SendingPausedException", "ExpiredToken"])
def test_an_error_of_theirs_is_named_by_its_code_alone(client: Any, code: str) -> None:
    fail(client, ClientError({"Error": {"Code": code, "Message": f"no {CANARY}"}}, "SendEmail"))
    assert refused(client) == code


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ReadTimeoutError(endpoint_url=CANARY), "ReadTimeoutError"),
        (ConnectTimeoutError(endpoint_url=CANARY), "ConnectTimeoutError"),
        (EndpointConnectionError(endpoint_url=CANARY), "EndpointConnectionError"),
    ],
)
def test_no_answer_in_time_means_that_it_may_not_have_gone_out(client: Any, error: Exception, name: str) -> None:
    fail(client, error)
    assert refused(client) == name


def test_it_is_asked_once_and_waits_briefly(client: Any) -> None:
    asked: list[int] = []
    client.meta.events.register("before-send.sesv2.SendEmail", lambda **_: asked.append(1))
    fail(client, ReadTimeoutError(endpoint_url="x"))
    refused(client)
    assert len(asked) == 1
    assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (3, 5)


def test_without_credentials_nothing_is_told_and_nothing_breaks() -> None:
    def none() -> Any:
        raise NotTold("TransportError")

    with pytest.raises(NotTold, match=r"^TransportError$"):
        Ses(none, SENDER).tell(LETTER)


@mock_aws
def test_our_identity_is_exchanged_for_credentials_that_renew_themselves() -> None:
    asked: list[str] = []

    def token(audience: str) -> str:
        asked.append(audience)
        return "token-of-google"

    made = federated("arn:aws:iam::123456789012:role/signpost-mail", REGION, token)
    client = connect(made, REGION)
    client.create_email_identity(EmailIdentity=SENDER)
    Ses(lambda: client, SENDER).tell(LETTER)
    assert len(sent()) == 1
    assert asked == ["signpost-ses"]
    held = made.get_credentials()
    assert held.method == "google-web-identity"
    held._expiry_time = datetime.now(UTC) - timedelta(minutes=1)
    Ses(lambda: client, SENDER).tell(LETTER)
    assert asked == ["signpost-ses"] * 2


@mock_aws
def test_an_identity_that_amazon_does_not_accept_is_told_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(audience: str) -> str:
        raise ClientError({"Error": {"Code": "InvalidIdentityToken", "Message": CANARY}}, "AssumeRole")

    with pytest.raises(NotTold, match=r"^InvalidIdentityToken$"):
        Ses(lambda: connect(federated("arn:aws:iam::1:role/x", REGION, refuse), REGION), SENDER).tell(LETTER)


def test_without_a_metadata_server_there_is_no_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP"):
        monkeypatch.setenv(name, "127.0.0.1:9")
    monkeypatch.setenv("GCE_METADATA_TIMEOUT", "0.1")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(NotTold):
        ses.google_identity("anybody")


def fail(client: Any, error: Exception) -> None:
    """Let the next call break just before it leaves."""

    def broken(**_: Any) -> None:
        raise error

    client.meta.events.register("before-send.sesv2.SendEmail", broken)


def refused(client: Any) -> str:
    with pytest.raises(NotTold) as failed:
        Ses(lambda: client, SENDER).tell(LETTER)
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    return str(failed.value)
