"""The change log for feed readers (Atom, RFC 4287). Addresses are relative to the host, so no host is echoed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from functions.principles.standing import Standing

ATOM = "http://www.w3.org/2005/Atom"


def atom(shown: Sequence[Standing], root: str, words: Mapping[str, Any]) -> bytes:
    """A feed with one entry for each version in `shown`, newest first; at least one. `root` is where it is mounted."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    SubElement(feed, "id").text = words["feed"]["id"]
    SubElement(feed, "title").text = words["changes"]["title"]
    SubElement(feed, "updated").text = shown[0].principles.effective_from.isoformat()
    SubElement(SubElement(feed, "author"), "name").text = words["base"]["organisation"]
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{root}/feed.atom")
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{root}/changes")
    for standing in shown:
        _add(feed, standing, root, words)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(feed: Element, standing: Standing, root: str, words: Mapping[str, Any]) -> None:
    one = standing.principles
    entry = SubElement(feed, "entry")
    SubElement(entry, "id").text = uuid5(UUID(words["feed"]["id"]), one.version).urn
    SubElement(entry, "title").text = words["changes"]["version"].format(version=one.version)
    SubElement(entry, "updated").text = one.effective_from.isoformat()
    SubElement(entry, "link", rel="alternate", type="text/html", href=f"{root}/versions/{one.version}")
    SubElement(entry, "summary").text = one.summary
