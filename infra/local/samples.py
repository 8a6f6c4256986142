"""Sample messages for the first start: made-up people, sent as their platforms would send them."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from infra.local.defaults import SIGNING_SECRET
from infra.signing import SIGNERS

PAGE = "100000000000001"
POST = f"{PAGE}_5550001"
FILE = Path(__file__).with_name("samples.toml")
ELSEWHERE = Path(__file__).with_name("elsewhere.toml")
Sample = Mapping[str, Any]


def deliver(address: str, now: datetime) -> int:
    """Post every sample to its platform's function at `address`, each signed. Returns how many were taken."""
    taken = 0
    with httpx.Client(base_url=address, timeout=10.0) as client:
        for platform, body in [*(("facebook", body) for body in deliveries(now)), *elsewhere(now)]:
            headers = SIGNERS[platform](body, SIGNING_SECRET.encode())
            taken += client.post(f"/{platform}", content=body, headers=headers).status_code == 200
    return taken


def elsewhere(now: datetime) -> list[tuple[str, bytes]]:
    """One delivery of each other platform that pushes, with its times filled in."""
    samples: list[Sample] = tomllib.loads(ELSEWHERE.read_text(encoding="utf-8"))["delivery"]
    return [(sample["platform"], _timed(sample, now)) for sample in samples]


def _timed(sample: Sample, now: datetime) -> bytes:
    at = now - timedelta(minutes=sample["minutes_ago"])
    times = {
        "@seconds@": str(int(at.timestamp())),
        "@milliseconds@": str(int(at.timestamp() * 1000)),
        "@iso@": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
    }
    body: str = sample["body"].strip()
    for name, value in times.items():
        body = body.replace(name, value)
    return body.encode()


def deliveries(now: datetime) -> list[bytes]:
    """The bodies, each message as many minutes before `now` as its sample says."""
    samples: list[Sample] = tomllib.loads(FILE.read_text(encoding="utf-8"))["message"]
    return [_delivery(sample, number, now) for number, sample in enumerate(samples, start=1)]


def _delivery(sample: Sample, number: int, now: datetime) -> bytes:
    at = now - timedelta(minutes=sample["minutes_ago"])
    entry = {"id": PAGE, "time": int(at.timestamp()), **SHAPES[sample["kind"]](sample, number, at)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def _feed(sample: Sample, number: int, at: datetime, **particular: Any) -> dict[str, Any]:
    value = {
        "from": {"id": f"20000000000{number:04}", "name": sample["name"]},
        "verb": "add",
        "message": sample["text"],
        "created_time": int(at.timestamp()),
        **particular,
    }
    return {"changes": [{"field": "feed", "value": value}]}


def _comment(sample: Sample, number: int, at: datetime) -> dict[str, Any]:
    ids = {"item": "comment", "post_id": POST, "parent_id": POST, "comment_id": f"5550001_{number:04}"}
    return _feed(sample, number, at, **ids)


def _reply(sample: Sample, number: int, at: datetime) -> dict[str, Any]:
    ids = {"item": "comment", "post_id": POST, "parent_id": "5550001_0002", "comment_id": f"5550001_{number:04}"}
    return _feed(sample, number, at, **ids)


def _post(sample: Sample, number: int, at: datetime) -> dict[str, Any]:
    return _feed(sample, number, at, item="post", post_id=f"{PAGE}_{number:04}")


def _direct(sample: Sample, number: int, at: datetime) -> dict[str, Any]:
    sticker = {"attachments": [{"type": "sticker", "payload": {"sticker_id": 1}}]}
    message = {"mid": f"m_sample_{number:04}", **(sticker if sample.get("sticker") else {"text": sample["text"]})}
    sender, recipient = {"id": f"20000000000{number:04}"}, {"id": PAGE}
    milliseconds = int(at.timestamp() * 1000)
    return {
        "messaging": [{"sender": sender, "recipient": recipient, "timestamp": milliseconds, "message": message}],
    }


SHAPES: Mapping[str, Callable[[Sample, int, datetime], dict[str, Any]]] = {
    "comment": _comment,
    "reply": _reply,
    "post": _post,
    "direct": _direct,
}
