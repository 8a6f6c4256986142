"""Reading a page as a browser would: elements, text and forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br"})


@dataclass
class Form:
    """A form with what it would send."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """Collects what a test asks about. Unbalanced elements are a fault of the page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        if tag == "form":
            self.forms.append(Form(values["action"] or ""))
        if tag == "input" and self.forms and values.get("type") == "hidden":
            self.forms[-1].fields[values["name"] or ""] = values.get("value") or ""
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        """All that can be read, spaces folded."""
        return " ".join("".join(data for tag, data in self.texts if tag != "title").split())

    def inside(self, tag: str) -> list[str]:
        """The text right inside each element of that name."""
        return [data for name, data in self.texts if name == tag]

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of that name."""
        return [values for name, values in self.elements if name == tag]


def forms(html: str) -> list[Form]:
    """The forms of a page."""
    return Page(html).forms
