"""What each command does. Heavy packages are imported by the command that needs them."""

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from infra.cli.errors import BadInput
from infra.cli.lines import read_file, read_models, write
from infra.signing import SIGNERS
from shared.domain.calendar import EARLIEST, LATEST
from shared.domain.message import Event, EventKind, Kind, Platform

Command = Callable[[argparse.Namespace], None]
LOCAL = "http://127.0.0.1:8080"


class Text(BaseModel):
    """One line of `signpost triage` and `signpost compare`."""

    model_config = ConfigDict(extra="ignore")
    text: str | None
    id: str | int | None = None
    kind: Kind | None = None
    public: bool | None = None
    sent_at: Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)] | None = None

    @property
    def is_public(self) -> bool:
        """As the line says; else whatever is no private message is public."""
        return self.kind is not Kind.DIRECT if self.public is None else self.public


class Draft(BaseModel):
    """One line of `signpost guard`."""

    model_config = ConfigDict(extra="ignore")
    text: str
    id: str | int | None = None
    about: str | None = None


def triage(_: argparse.Namespace) -> None:
    """One assessment per line of text, in order."""
    from shared.principles.loading import load
    from shared.service.assessment import assess
    from shared.service.reading import assessment_line

    library = load()
    now = datetime.now(UTC)
    for text in read_models(Text):
        at = text.sent_at or now
        event = Event(
            EventKind.POSTED, Platform.FACEBOOK, "", text=text.text, kind=text.kind, public=text.is_public, sent_at=at
        )
        assessment = assess(event, library, max(at, now))
        write({"id": text.id, **assessment_line(assessment)})


def compare(arguments: argparse.Namespace) -> None:
    """Every message that two versions of the principles and rules assess differently; the count goes to stderr.

    A message without a time of its own is assessed as written at `arguments.at`. Raises `BadInput`.
    """
    from infra.comparing.differences import Tally
    from infra.comparing.sides import ask, side
    from infra.comparing.versions import VersionError

    tally, now = Tally(), arguments.at or datetime.now(UTC)
    try:
        with side(arguments.before) as before, side(arguments.after) as after:
            for text in read_models(Text, arguments.file):
                at = _iso(text.sent_at or now)
                question = {"text": text.text, "kind": text.kind, "public": text.is_public, "at": at}
                was, becomes = ask(question, before, after)
                differs = tally.add(was, becomes)
                if differs or arguments.all:
                    found = {"before": {"id": text.id, **was}, "after": {"id": text.id, **becomes}}
                    write({"id": text.id, **found, "differs": differs})
            print(tally.summary(before.about, after.about), file=sys.stderr)
    except VersionError as error:
        raise BadInput(str(error)) from None


def guard(_: argparse.Namespace) -> None:
    """Whether each draft may leave, and why not."""
    from shared.rules.guard import objections

    for draft in read_models(Draft):
        reasons = [
            {"clause": o.clause, "why": o.why, "passage": list(o.passage)} for o in objections(draft.text, draft.about)
        ]
        write({"id": draft.id, "allowed": not reasons, "reasons": reasons})


def due(arguments: argparse.Namespace) -> None:
    """When each time's message is due, and whether the desk is open then."""
    from shared.domain.calendar import CalendarError
    from shared.principles.loading import load

    library = load()
    for where, text in _times(arguments):
        try:
            at = datetime.fromisoformat(text)
            calendar = library.in_force(at).calendar() if at.tzinfo else library.versions[0].calendar()
            is_open = calendar.is_open(at)
            opens = None if is_open else _iso(calendar.next_opening(at))
            write({"at": _iso(at), "open": is_open, "due": _iso(calendar.due(at)), "next_open": opens})
        except CalendarError as error:
            raise BadInput(f"{where}: {error}") from None
        except (ValueError, OverflowError):
            raise BadInput(f"{where}: not an ISO 8601 time") from None


def read(arguments: argparse.Namespace) -> None:
    """The events of one delivery, one a line."""
    from shared.service.reading import as_line
    from shared.webhooks.json import BadJson, loads

    parse = importlib.import_module(f"functions.{arguments.platform}.inbound").parse
    try:
        delivery = loads(read_file(arguments.file))
    except BadJson as error:
        raise BadInput(f"{arguments.file}: {error}") from None
    for part in parse(delivery):
        write(as_line(part))


def replay(arguments: argparse.Namespace) -> None:
    """Sign a delivery, post it, and print what came back. Raises `BadInput` when nobody answers."""
    import httpx

    body = read_file(arguments.file)
    url = arguments.url or f"{LOCAL}/{arguments.platform}"
    headers = SIGNERS[arguments.platform](body, arguments.secret.encode())
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=30.0)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BadInput(f"{url}: {type(error).__name__}") from None
    print(answer.status_code)
    print(answer.text)


def bundle(arguments: argparse.Namespace) -> None:
    """One bundle a folder of functions, each on a line. Raises `BadInput` at the end with what could not be bundled."""
    from infra.bundling.building import build
    from infra.bundling.contents import BundleError

    wrong = []
    for made in build(arguments.names, arguments.to):
        if isinstance(made, BundleError):
            wrong.append(str(made))
        else:
            write(made)
    if wrong:
        raise BadInput("\n".join(wrong))


def _times(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    if arguments.times:
        yield from ((f"argument {n}", text) for n, text in enumerate(arguments.times, start=1))
        return
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            yield f"line {number}", line.decode("utf-8", "replace").strip()


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
