"""What one would write first: both of Google's clients imported at the top, one document, one awaited publish."""

import hashlib
import hmac
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import functions_framework
from flask import Request
from google.cloud import firestore
from google.cloud.pubsub_v1 import PublisherClient  # type: ignore[import-untyped]

SECRET = (Path(os.environ["SIGNPOST_SECRETS"]) / "meta-signing").read_bytes().strip()
TOPIC = f"projects/{os.environ['GOOGLE_CLOUD_PROJECT']}/topics/needs-human"


@cache
def _clients() -> tuple[Any, Any]:
    """Built after the fork: a channel of the parent's would hang here."""
    return firestore.Client(), PublisherClient()


@functions_framework.http
def naive(request: Request) -> tuple[str, int]:
    """Verify, commit one document, await one publish."""
    if request.method == "GET":
        return "ok", 200
    body = request.get_data()
    digest = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(digest, request.headers.get("X-Hub-Signature-256", "")):
        return "", 401
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    store, publisher = _clients()
    id_ = hashlib.sha256(value["comment_id"].encode()).hexdigest()
    batch = store.batch()
    batch.set(store.collection("naive").document(id_), {"text": value["message"], "body": body.decode()})
    batch.commit()
    publisher.publish(TOPIC, json.dumps({"case": id_}).encode()).result(10)
    return "", 200
