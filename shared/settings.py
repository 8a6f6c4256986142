"""What an operator sets: addresses, credentials and where data is. Everything else is principles data.

Plain Python on purpose: a handshake reads it, and must not wait for a model library to load.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class ConfigurationError(Exception):
    """A setting is missing or wrong; the text names each one, one a line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One function's settings, read once from the environment: `SETTINGS` says what each is for."""

    data: Path
    secrets: Path
    accounts: Mapping[str, Mapping[str, str]]
    apis: Mapping[str, str] = field(default_factory=dict)
    local: bool = False
    clock: datetime | None = None
    project: str | None = None
    pubsub_emulator: str | None = None
    firestore_emulator: str | None = None
    desk: str = ""
    addresses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mail_from: str | None = None
    ses_region: str = ""
    ses_role: str | None = None
    iap_audience: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable. `read` turns its text into a value, or raises `ValueError` with what is wrong with it."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: str | None
    meaning: str
    local_only: bool = False


def read(env: Mapping[str, str]) -> Settings:
    """The settings in `env`. Raises `ConfigurationError` with everything that is wrong, one line each."""
    wrong = [f"{name}: is not a setting of ours" for name in sorted(env) if _is_unknown(name)]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = env.get(setting.name, setting.default)
        if setting.local_only and setting.name in env and env.get(LOCAL) != "1":
            wrong.append(f"{setting.name}: only for local use")
            continue
        try:
            values[setting.field] = None if text is None else setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name}: {error}")
    if wrong:
        raise ConfigurationError("\n".join(wrong))
    return Settings(**values)


def _is_unknown(name: str) -> bool:
    return name.startswith(OURS) and name not in {setting.name for setting in SETTINGS} | ELSEWHERE


def _flag(text: str) -> bool:
    if text not in {"", "0", "1"}:
        raise ValueError("must be 1 or 0")
    return text == "1"


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that starts with https://")
    return text.rstrip("/")


def _clock(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not an ISO 8601 time") from None
    if at.tzinfo is None:
        raise ValueError("needs an offset from UTC")
    return at


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError("not JSON") from None


def _apps(text: str) -> Any:
    table = _json(text)
    if not isinstance(table, dict) or not all(map(_is_words, table.values())):
        raise ValueError("must be an object of objects of strings")
    return table


def _apis(text: str) -> Any:
    table = _json(text)
    if not _is_words(table):
        raise ValueError("must be an object of strings")
    return table


def _addresses(text: str) -> Any:
    table = _json(text)
    if not isinstance(table, dict) or not all(
        isinstance(many, list) and all(map(_is_mail, many)) for many in table.values()
    ):
        raise ValueError("must be an object of lists of mail addresses")
    return table


def _is_words(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values())


def _is_mail(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value.count("@") == 1 and " " not in value


OURS = "SIGNPOST_"
LOCAL = "SIGNPOST_LOCAL"
ELSEWHERE = frozenset({"SIGNPOST_SAMPLES", "SIGNPOST_SEED", "SIGNPOST_SOAK", "SIGNPOST_SPECS"})  # of the tests
SETTINGS = (
    Setting("SIGNPOST_ACCOUNTS", "accounts", _apps, "{}",
            "Our accounts: platform, then account id, then the app whose secret signs for it, as JSON."),
    Setting("SIGNPOST_SECRETS", "secrets", Path, "/secrets",
            "The folder with one file, or one folder of files, per secret. Every non-empty line is an accepted value, "
            "so two overlap while one is renewed; what changes there counts from the next request on."),
    Setting("GOOGLE_CLOUD_PROJECT", "project", str, None,
            "The project with Firestore and Pub/Sub. Without it both are one file in SIGNPOST_DATA."),
    Setting("SIGNPOST_APIS", "apis", _apis, "{}",
            "Where a platform's API is, if not at its usual address: platform, then address, as JSON."),
    Setting("SIGNPOST_CONSOLE", "desk", _address, "http://127.0.0.1:8080/console",
            "The desk's own address, for the links in mails to staff."),
    Setting("SIGNPOST_ALERTS", "addresses", _addresses, "{}",
            "Who gets mail: a group that the principles name, then a list of addresses, as JSON."),
    Setting("SIGNPOST_MAIL_FROM", "mail_from", str, None,
            "The sender of mails, verified with Amazon SES. Without it, and without a project, mails are "
            "written into SIGNPOST_DATA/mail; in a project they fail, and the desk says so."),
    Setting("SIGNPOST_SES_REGION", "ses_region", str, "eu-west-2", "The region of Amazon SES."),
    Setting("SIGNPOST_SES_ROLE", "ses_role", str, None,
            "The role at Amazon that the function's own identity takes on to send mail; there are no stored keys."),
    Setting("SIGNPOST_IAP_AUDIENCE", "iap_audience", str, None,
            "Whom Identity-Aware Proxy must name in what it signs; without it only a laptop lets anybody to the desk."),
    Setting("SIGNPOST_DATA", "data", Path, ".signpost", "The folder of local data."),
    Setting(LOCAL, "local", _flag, "0", "1 on a laptop: made-up people at the desk, fake platforms."),
    Setting("SIGNPOST_CLOCK", "clock", _clock, None,
            "The time the clock starts at, ISO 8601 with an offset; it runs on from there.", local_only=True),
    Setting("PUBSUB_EMULATOR_HOST", "pubsub_emulator", str, None, "Host and port of a Pub/Sub emulator."),
    Setting("FIRESTORE_EMULATOR_HOST", "firestore_emulator", str, None, "Host and port of a Firestore emulator."),
)  # fmt: skip
