"""`ports.Notifier` on Amazon SES v2, for want of a mail service of Google's own.

There are no long-lived keys: on Google Cloud the function's own identity is exchanged for credentials that last an
hour (`federated`). The role behind them may do nothing but send from one address.
"""

from collections.abc import Callable
from typing import Any

from shared.ports import Letter, NotTold

CONNECT_SECONDS = 3
ANSWER_SECONDS = 5
AUDIENCE = "signpost-ses"
SESSION = "signpost-alerts"
IdentityToken = Callable[[str], str]  # audience → a token of Google's that says who we are


class Ses:
    """One sender. The client's own retries are off: a run that failed is made good by the next."""

    def __init__(self, client: Callable[[], Any], sender: str) -> None:
        self._client = client
        self._sender = sender

    def tell(self, letter: Letter) -> None:
        """See `ports.Notifier`. Names the error's code alone: SES quotes addresses in its words."""
        from botocore.exceptions import BotoCoreError, ClientError

        text = {"Charset": "UTF-8"}
        try:
            self._client().send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": list(letter.to)},
                Content={
                    "Simple": {
                        "Subject": {"Data": letter.subject, **text},
                        "Body": {"Text": {"Data": letter.body, **text}},
                    }
                },
                EmailTags=[{"Name": "alert", "Value": letter.id}],
            )
        except ClientError as error:
            raise NotTold(str(error.response.get("Error", {}).get("Code", "ClientError"))) from None
        except BotoCoreError as error:
            raise NotTold(type(error).__name__) from None


def connect(session: Any, region: str, endpoint: str | None = None) -> Any:
    """A client of SES v2 that waits briefly and never tries again by itself."""
    from botocore.config import Config

    limits = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    return session.client("sesv2", region_name=region, endpoint_url=endpoint, config=limits)


def federated(role: str, region: str, token: IdentityToken, endpoint: str | None = None) -> Any:
    """A boto3 session whose credentials come from our identity on Google Cloud and renew themselves."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.credentials import RefreshableCredentials
    from botocore.session import get_session

    sts = boto3.client("sts", region_name=region, endpoint_url=endpoint, config=Config(signature_version=UNSIGNED))

    def renew() -> dict[str, str]:
        answer = sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName=SESSION, WebIdentityToken=token(AUDIENCE)
        )
        found = answer["Credentials"]
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found["SessionToken"],
            "expiry_time": found["Expiration"].isoformat(),
        }

    core = get_session()
    core._credentials = RefreshableCredentials.create_from_metadata(renew(), renew, "google-web-identity")  # noqa: SLF001 - botocore has no public way to give a session renewing credentials
    return boto3.Session(botocore_session=core)


def google_identity(audience: str) -> str:
    """A token of the function's service account, from the metadata server. Raises `NotTold`."""
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request
    from google.oauth2.id_token import fetch_id_token

    try:
        return str(fetch_id_token(Request(), audience))  # type: ignore[no-untyped-call]
    except GoogleAuthError as error:
        raise NotTold(type(error).__name__) from None
