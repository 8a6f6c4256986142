"""What hangs on a record of the AT Protocol: pictures and cards under the words, links in them. Total on any JSON."""

from collections.abc import Iterator
from typing import Any

from shared.domain.message import Attachment


def attached(embed: Any) -> Iterator[Attachment]:
    """What is shown under the words."""
    if not isinstance(embed, dict):
        return
    kind = str(embed.get("$type")).removeprefix("app.bsky.embed.").removesuffix("#view")
    if kind == "images" and isinstance(embed.get("images"), list):
        yield from (Attachment("image") for _ in embed["images"])
    elif kind == "external" and isinstance(embed.get("external"), dict):
        yield _link(embed["external"].get("uri"))
    elif kind == "recordWithMedia":
        yield from (Attachment("share"), *attached(embed.get("media")))
    else:
        yield Attachment({"video": "video", "record": "share"}.get(kind, "unsupported"))


def linked(facets: Any) -> Iterator[Attachment]:
    """Where the links in the words lead: what is shown there may be shortened, or a lie."""
    for facet in facets if isinstance(facets, list) else ():
        features = facet.get("features") if isinstance(facet, dict) else None
        for feature in features if isinstance(features, list) else ():
            if isinstance(feature, dict) and "uri" in feature:
                yield _link(feature["uri"])


def _link(uri: Any) -> Attachment:
    return Attachment("link", uri if isinstance(uri, str) and uri.startswith(("https://", "http://")) else None)
