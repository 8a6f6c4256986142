"""A topic's message reaching a function: done takes it off the topic, anything else brings it back."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask, Response, request

from shared.webhooks import push


def call(body: bytes, work: push.Work, method: str = "POST") -> Response:
    with Flask(__name__).test_request_context("/", method=method, data=body):
        return push.handle(request, "test", work)


def envelope(**ids: str) -> bytes:
    return json.dumps(push.envelope(json.dumps(ids).encode(), "1", "needs-human")).encode()


@pytest.mark.parametrize(("done", "status"), [(True, 204), (False, 503)])
def test_the_ids_reach_the_work_and_its_word_is_the_answer(done: bool, status: int) -> None:
    seen: list[Mapping[str, str]] = []

    def work(ids: Mapping[str, str]) -> bool:
        seen.append(ids)
        return done

    assert call(envelope(case="abc"), work).status_code == status
    assert seen == [{"case": "abc"}]


def test_work_that_fails_brings_the_message_back_and_keeps_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    def work(_: Mapping[str, str]) -> bool:
        raise RuntimeError("canary words")

    assert call(envelope(case="abc"), work).status_code == 503
    output = "".join(capfd.readouterr())
    assert "RuntimeError at test_push.py" in output
    assert "canary" not in output


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"message":{}}',
        b'{"message":{"data":"not base64!"}}',
        b'{"message":{"data":"W10="}}',
        b'{"message":{"data":"eyJhIjoxfQ=="}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_not_pubsub_is_refused(body: bytes) -> None:
    def never(_: Any) -> bool:
        raise AssertionError

    assert call(body, never).status_code == 400


def test_only_post_is_work() -> None:
    assert call(envelope(case="abc"), lambda _: True, "GET").status_code == 405
