"""How the fake Facebook answers."""

from typing import Any

from infra.local.fakes.fake import Asked, Manner, Reply


def refuse(status: int, words: str) -> Reply:
    """An error as Graph writes it."""
    code = 190 if status == 401 else 100
    error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, "fbtrace_id": "Afake"}
    return status, {"error": error}


def _answer(asked: Asked) -> Reply:
    recipient = asked.parameters.get("recipient")
    known: dict[str, Any] = {
        "id": f"500000000000001_{900000000000000 + asked.number}",
        "message_id": f"m_fake_{asked.number}",
        "recipient_id": recipient.get("id", "") if isinstance(recipient, dict) else "",
        "data": [{"id": "1", "name": "Signpost", "subscribed_fields": ["feed", "mention", "messages"]}],
    }
    return 200, {name: known[name] for name in asked.call.answer}


MANNER = Manner(refuse, _answer)
