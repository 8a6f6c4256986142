"""Why a request is turned away, and with which status. The sender of a refused request reads nothing.

WebhookError
├── SignatureError (401)          missing, wrong, or nothing was signed
├── HandshakeError (403)          the verify token is not ours
├── MethodError (405)             not how the platform calls
├── MediaTypeError (415)          not what the platform sends
├── BodyTooLargeError (413)       too large to know whose it is
└── NotConfiguredError (503)      no secret: nothing may be accepted
"""


class WebhookError(Exception):
    """A request we do not take. `status` is the whole answer; the words are for our own log."""

    status = 500


class SignatureError(WebhookError):
    """Nobody we know signed this."""

    status = 401


class HandshakeError(WebhookError):
    """The handshake does not carry our token."""

    status = 403


class MethodError(WebhookError):
    """Neither a handshake nor a delivery."""

    status = 405


class MediaTypeError(WebhookError):
    """Not JSON, or compressed."""

    status = 415


class BodyTooLargeError(WebhookError):
    """Over what is read before the signature is known."""

    status = 413


class NotConfiguredError(WebhookError):
    """No signing secret, so every signature is wrong; the platform tries again."""

    status = 503
