"""Words that must never come out again: one canary for each thing a message is made of."""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from shared.webhooks.json import loads
from tests.platforms.every import CASES
from tests.rig import PAGE, POST, comment, direct, entries, page

TEXT = "canary-text-5f1d"
NAME = "canary-name-5f1d"
ID = "canary-author-5f1d"
HANDLE = "canary-handle-5f1d"
MESSAGE = "canary-message-5f1d"
TOKEN = "canary-token-5f1d"
SECRET = "canary-secret-5f1d"
NOTE = "canary-note-5f1d"
WORD = "canary"
PLACES = {  # of any platform's deliveries, in small letters without marks
    re.compile(r"username|screenname|handle|uniqueid|.*nick"): HANDLE,
    re.compile(r".*name"): NAME,
    re.compile(r".*text|message|caption|content|commentary|body|story|title|original"): TEXT,
}
ALL = (TEXT, NAME, ID, HANDLE, MESSAGE, TOKEN, SECRET, NOTE)


def words(text: str = "") -> str:
    """A message that names somebody."""
    return f"{TEXT} {NAME} @{HANDLE} {text}"


def marked(text: str, *, at: datetime, id: str = MESSAGE, **more: Any) -> dict[str, Any]:
    """A comment with a canary wherever something can stand."""
    who = {"id": ID, "name": NAME, "username": HANDLE}
    return comment(words(text), at=at, id=id, author=ID, **{"from": who, "link": f"https://{HANDLE}.example/", **more})


def bodies(at: datetime) -> Mapping[str, bytes]:
    """Deliveries that are understood, half understood and not understood at all; canaries in every one."""
    kinds: dict[str, Any] = {
        "a comment": page(marked("When are you open?", at=at), at=at),
        "a crisis": page(marked("I want to kill myself", at=at, id=f"{MESSAGE}-2"), at=at),
        "an edit": page(marked("Changed", at=at, verb="edited"), at=at),
        "a direct message": entries(direct(words(), at=at, id=f"{MESSAGE}-3", author=ID)),
        "an unknown verb": page(marked("", at=at, id=f"{MESSAGE}-4", verb=f"{WORD}-verb"), at=at),
        "an unknown field": {"object": "page", "entry": [{"id": PAGE, "changes": [{"field": TEXT, "value": TEXT}]}]},
        "another account": page(marked("", at=at, id=f"{MESSAGE}-5"), at=at, account=f"{WORD}-account"),
        "not a list": {"object": "page", "entry": [{"id": PAGE, "changes": words()}]},
        "another object": {"object": words(), "entry": words()},
        "a list": [words()],
        "ids that are none": page(marked("", at=at, id=words() + "x" * 300, post_id={"no": POST}), at=at),
    }
    raw = {name: json.dumps(value).encode() for name, value in kinds.items()}
    return raw | _unreadable()


def _unreadable() -> dict[str, bytes]:
    said = json.dumps(words()).encode()
    return {
        "not JSON": words().encode(),
        "cut off": b'{"object":"page","entry":[{"text":' + said,
        "a key twice": b'{"entry":' + said + b',"entry":' + said + b"}",
        "NaN": b'{"text":' + said + b',"time":NaN}',
        "infinity": b'{"text":' + said + b',"time":-Infinity}',
        "a number out of range": b'{"text":' + said + b',"time":1e999}',
        "5000 digits": b'{"text":' + said + b',"time":' + b"9" * 5000 + b"}",
        "deep": b"[" * 200_000 + said + b"]" * 200_000,
        "deep objects": b'{"a":' * 100_000 + said + b"}" * 100_000,
        "open brackets": b"[" * 200_000 + said,
        "a lone surrogate": b'{"object":"page","entry":"' + TEXT.encode() + b'\\ud800"}',
        "a lone surrogate as a key": b'{"\\udfff' + TEXT.encode() + b'":1}',
        "not UTF-8": TEXT.encode() + b"\xff\xfe\x00",
        "a NUL": b'{"object":"page\x00","entry":' + said + b"}",
        "UTF-16": json.dumps(words()).encode("utf-16"),
        "over 8 MiB": json.dumps({"text": words("x" * (8 * 1024 * 1024))}).encode(),
    }


def elsewhere(platform: str) -> Mapping[str, bytes]:
    """Every fixture of a platform, with canaries for the texts, names and handles, wherever they stand."""
    found = {path.stem: loads(path.read_bytes()) for path in CASES if path.parent.name == platform}
    return {case: json.dumps(_with_canaries(value)).encode() for case, value in found.items()}


def _with_canaries(value: Any, key: str = "") -> Any:
    """What stood there stays behind the canary: who is told from whom, and texts say what they said."""
    if isinstance(value, dict):
        return {name: _with_canaries(inner, re.sub(r"[^a-z]", "", name.lower())) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_canaries(inner, key) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    if value.startswith("{"):
        with suppress(ValueError):
            return json.dumps(_with_canaries(json.loads(value)))
    return next((f"{put} {value}" for wanted, put in PLACES.items() if wanted.fullmatch(key)), value)


def found_in(outputs: Mapping[str, str]) -> Iterable[str]:
    """Where a canary was seen."""
    return [name for name, output in outputs.items() if WORD in output.lower()]
