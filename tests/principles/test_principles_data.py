"""The version that is shipped: the text as published, every sentence kept somehow, and safe fixed words."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.domain.assessment import Signpost
from shared.domain.message import Platform
from shared.principles.hours import calendar
from shared.principles.loading import FOLDER, Library, load
from shared.principles.model import HOUSE_RULES, NOT_HERE, SLUGS

PUBLISHED = Path(__file__).parents[1] / "fixtures" / "principles" / "published.txt"
LIBRARY = load()
SHIPPED = LIBRARY.versions[-1]
OPENING = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Numbers that no longer answer: only their digests are kept, so that they stand nowhere.
RETIRED = frozenset(
    {
        "c3292a6d3c92f41b92e4700bd1efb33065e50e00c7ac7caa2771bda626ee7555",
        "e3d69d08c1f123ada5593b760767e18e8a2448280becee095f715cca7b037ba4",
        "5e03a32bce36f5630c93736b1ad6067c91ce5a075aa40e5ac44a929d80120ce5",
        "5b56f712e5754da39fbe4e87ec0cfeb1e29255ccf5fc68ec62dc25cebb9817c2",
        "3fb9f0d8f78648ebdbac3e407e5bf560811f7028f01357c571e4c34551c8f7c7",
        "e603b766beeb01da6a5a764af359f4e42436aab210447478a43701f52d89c721",
        "cceee2f30c6477e21ebf99b53e0626088a55b8e108118e86f2296933adc64e1f",
        "d72d42d10877fc293903a55c8d588b779ed1bef243cb947a6ea8c60f3b3409ec",
    }
)


def test_the_clauses_are_the_published_text_to_the_letter() -> None:
    lines = [line.removeprefix("  • ") for line in PUBLISHED.read_text(encoding="utf-8").splitlines() if line]
    ours = [SHIPPED.title]
    for section in SHIPPED.sections:
        ours += [section.heading] if section.heading else []
        for block in section.blocks:
            ours.append(" ".join(clause.text for clause in block.clauses))
    # The first paragraph stands on three lines.
    assert [*lines[:1], " ".join(lines[1:4]), *lines[4:]] == ours


def test_every_clause_is_one_sentence_numbered_by_its_place() -> None:
    places = [
        f"{s}.{b}.{c}"
        for s, section in enumerate(SHIPPED.sections, 1)
        for b, block in enumerate(section.blocks, 1)
        for c, _ in enumerate(block.clauses, 1)
    ]
    assert [clause.id for clause in SHIPPED.clauses] == places
    assert not [clause.id for clause in SHIPPED.clauses if re.search(r"[.!?]\)? [A-Z(]", clause.text)]


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_a_slug_cites_its_clause(slug: str) -> None:
    expected = {
        "hateful": "hateful",
        "profane": "swearing",
        "abusive": "abusive",
        "targets-staff": "Target",
        "inappropriate-links": "links",
        "illegal-activity": "illegal",
        "personal-information": "personal information",
        "advertising": "advertising",
        "mean-spirited": "mean-spirited",
        "crisis": "in crisis",
        "clinical": "clinical",
        "complaint": "complaints",
        "care": "care or treatment",
    }
    clause = SHIPPED.clause(slug)
    assert expected[slug] in clause.text
    assert clause.id.startswith("4." if slug in HOUSE_RULES else "3.")


def test_the_slugs_are_those_that_others_rely_on() -> None:
    assert len(HOUSE_RULES) == 9
    assert {"crisis", "clinical", "complaint", "care"} == NOT_HERE
    with pytest.raises(KeyError):
        SHIPPED.clause("views")


def test_the_acknowledgement_says_what_it_must_and_no_more() -> None:
    text = SHIPPED.acknowledgement(OPENING)
    assert text.startswith("This is an automatic message. Nobody reads our messages until Monday 23 November at 9am.")
    places = [text.index(words) for words in ("call 999", "call 111", "07860 064 775", "85258", "116 123", "0800 1111")]
    assert places == sorted(places)
    for words in ("https://www.cntw.nhs.uk/need-help-now", "anyone’s care", "complaints", "same for everyone"):
        assert words in text
    assert not re.search(r"here for you|[!😀-🙏]|promise|thank|sorry", text, re.IGNORECASE)
    assert len(text.encode()) <= 1000, "the shortest limit of a direct message is 1000 bytes"


def test_the_opening_is_in_local_time_in_summer() -> None:
    text = SHIPPED.acknowledgement(datetime(2027, 3, 30, 8, tzinfo=UTC))
    assert "until Tuesday 30 March at 9am." in text
    half_past = SHIPPED.acknowledgement(datetime(2027, 3, 30, 12, 30, tzinfo=UTC))
    assert "at 1:30pm." in half_past


def test_the_fixed_words_are_easy_to_read() -> None:
    texts = [SHIPPED.acknowledgement(OPENING), *map(SHIPPED.reply, Signpost)]
    for text in texts:
        sentences = [sentence for sentence in re.split(r"[.!?](?:\s|$)|\n", text) if sentence.strip()]
        words = [len(sentence.split()) for sentence in sentences]
        assert max(words) <= 25, text
        assert sum(words) / len(words) <= 14, text


@pytest.mark.parametrize("signpost", Signpost)
def test_each_place_to_point_to_has_its_words(signpost: Signpost) -> None:
    text = SHIPPED.reply(signpost)
    assert text
    assert "{" not in text


def digests(text: str) -> set[str]:
    runs = [re.sub(r"\D", "", run) for run in re.findall(r"\d[\d\s().-]*", text)]
    pieces = {run[n : n + size] for run in runs for size in (11, 12) for n in range(len(run) - size + 1)}
    return {hashlib.sha256(piece.encode()).hexdigest() for piece in pieces}


def test_no_retired_number_is_anywhere_in_the_words() -> None:
    fiction = hashlib.sha256(b"01632960999").hexdigest()
    assert fiction in digests("call 01632 960 999 today")
    for path in sorted(FOLDER.rglob("*.toml")):
        assert not digests(path.read_text(encoding="utf-8")) & RETIRED, path.name
    assert not digests(SHIPPED.acknowledgement(OPENING)) & RETIRED


def test_help_and_words_have_a_source_and_are_reviewed_in_time() -> None:
    assert all(line.source.startswith("https://") for line in SHIPPED.help)
    assert SHIPPED.reviews_due(date(2027, 2, 22)) == ()
    late = SHIPPED.reviews_due(date(2027, 2, 23))
    assert {"acknowledgement", "clinical", "Samaritans"} <= set(late)
    assert SHIPPED.acknowledgement(datetime(2030, 1, 2, 9, tzinfo=UTC)), "past its review it is still said"


def test_the_limits() -> None:
    limits = SHIPPED.limits
    assert limits.ack_max_age == timedelta(hours=12)
    assert limits.future_tolerance == timedelta(minutes=5)
    assert limits.public_acks_per_post == 3
    assert SHIPPED.public_acks(Platform.FACEBOOK) is True
    off = SHIPPED.model_copy(update={"limits": limits.model_copy(update={"public_acks": {}})})
    assert off.public_acks(Platform.FACEBOOK) is False


def test_links_without_an_address_are_placeholders() -> None:
    assert SHIPPED.links["need-help-now"].url == "https://www.cntw.nhs.uk/need-help-now"
    assert {name for name, link in SHIPPED.links.items() if link.placeholder} == {"complaints", "contact"}


def test_the_calendar_is_built_once() -> None:
    assert SHIPPED.calendar() is SHIPPED.calendar()
    assert calendar.cache_info().currsize >= 1


def test_a_version_counts_from_its_moment_on() -> None:
    later = SHIPPED.model_copy(update={"version": "later", "effective_from": datetime(2027, 4, 1, tzinfo=UTC)})
    library = Library((later, SHIPPED))
    assert library.in_force(datetime(2027, 3, 31, 23, 59, 59, 999999, UTC)) is SHIPPED
    assert library.in_force(datetime(2027, 4, 1, tzinfo=UTC)) is later
    assert library.in_force(datetime(2020, 1, 1, tzinfo=UTC)) is SHIPPED, "there is nothing earlier to go by"
    assert library.version("later") is later
    with pytest.raises(KeyError):
        library.version("never")
    with pytest.raises(ValueError, match="offset"):
        library.in_force(datetime(2027, 4, 1))  # noqa: DTZ001
