"""What posts and private messages share on X: links, pictures, people and times, in two spellings."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from shared.domain.message import Attachment, Author
from shared.wire.fields import Id, Moment, Name, Odd, Url
from shared.wire.models import Wire, read
from shared.wire.several import either
from shared.wire.text import unescaped

_KEYS: Mapping[str, str] = {"3": "photo", "7": "video", "13": "video", "16": "animated_gif"}  # how a media key begins
OddId = Annotated[Id, Odd]


def _dated(value: Any) -> Any:
    """The older API writes "Sat Nov 21 22:00:00 +0000 2026"."""
    try:
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y")
    except (TypeError, ValueError):
        return value


When = Annotated[Moment, BeforeValidator(_dated)]


class Link(Wire):
    """A link, shortened and as it was."""

    url: Name = None
    expanded_url: Url = None


class Media(Wire):
    """A picture, a video or something else that came with the words."""

    key: OddId = either("media_key")
    type: Name = None
    url: Url = either("media_url_https", "url", "preview_image_url")


class _User(Wire):
    id: OddId = either("id_str", "id")
    name: Name = None
    handle: Name = either("username", "screen_name")


def people(users: Any) -> Mapping[str | None, Author]:
    """Who is who by id: from a list or a map, each flat or in `data`."""
    found = users.values() if isinstance(users, dict) else users if isinstance(users, list) else ()
    flat = [user.get("data", user) for user in found if isinstance(user, dict)]
    known = [read(_User, user) for user in flat if isinstance(user, dict)]
    return {user.id: Author(user.id, user.name, user.handle) for user in known if user.id}


def words(text: str | None, links: Iterable[Link | None]) -> str | None:
    """What somebody wrote: entities undone once, and each shortened link as it was before."""
    whole = {link.url: link.expanded_url for link in links if link and link.url and link.expanded_url}
    return re.sub(r"https?://t\.co/\w+", lambda short: whole.get(short[0], short[0]), unescaped(text) or "") or None


def attached(keys: Iterable[str | None], media: Iterable[Media | None]) -> tuple[Attachment, ...]:
    """What came with the words. Of a key that nobody describes only the sort is known."""
    described = {item.key: item for item in media if item and item.key}
    found = [described.get(key, Media(type=_KEYS.get(key.split("_")[0]))) for key in keys if key]
    loose = [item for item in media if item and not item.key]
    return tuple(Attachment((item.type or "media")[:64], item.url or None) for item in (*found, *loose))
