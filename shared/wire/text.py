"""Words as their author wrote them, where a platform escapes them on the way."""

import html


def unescaped(text: str | None) -> str | None:
    """The text with its HTML entities undone, exactly once: `&amp;lt;` is `&lt;`, which somebody wrote that way."""
    return html.unescape(text) if text else None
