"""A file that cannot be used is refused in one sentence that names the file, the key and the reason."""

from pathlib import Path

import pytest

from shared.principles.loading import FOLDER, load, words
from shared.principles.model import PrinciplesError

NAME = "2026-11-22.toml"
SOUND = (FOLDER / "data" / NAME).read_text(encoding="utf-8")
SAMARITANS = 'source = "https://www.samaritans.org/how-we-can-help/contact-samaritan/"'
MONDAY = 'monday = ["09:00-17:00"]'

# What is changed in the sound file, what to, and what the refusal must name.
FAULTS = {
    "not-toml": ('version = "2026-11-22"', "version = ", "the whole file"),
    "unknown-key": ('title = "Our', 'colour = "blue"\ntitle = "Our', "colour: Extra inputs"),
    "missing-key": ('summary = "First', 'sumary = "First', "summary: Field required"),
    "version-is-not-the-file": ('version = "2026-11-22"', 'version = "2027-01-01"', "version: must be the name"),
    "naive-effective-from": ("00:00:00+00:00", "00:00:00", "effective_from: Input should have timezone"),
    "bad-shift": (MONDAY, 'monday = ["9-5"]', "hours.monday: a shift looks like"),
    "shift-is-not-text": (MONDAY, "monday = [9]", "hours.monday: a shift looks like"),
    "no-such-hour": (MONDAY, 'monday = ["09:00-24:00"]', "hours.monday: a shift looks like"),
    "shift-over-midnight": (MONDAY, 'monday = ["22:00-06:00"]', "hours.monday: a shift must open before"),
    "overlapping-shifts": (MONDAY, 'monday = ["09:00-13:00", "12:59-17:00"]', "hours.monday: shifts must be in order"),
    "touching-shifts": (MONDAY, 'monday = ["09:00-13:00", "13:00-17:00"]', "hours.monday: shifts must be in order"),
    "shifts-out-of-order": (MONDAY, 'monday = ["13:00-17:00", "09:00-12:00"]', "hours.monday: shifts must be in"),
    "missing-day": ("sunday = []\n", "", "hours.sunday: Field required"),
    "no-working-day": ('["09:00-17:00"]', "[]", "hours: no day of the week has a shift"),
    "unknown-zone": ('zone = "Europe/London"', 'zone = "Europe/Nowhere"', "hours.zone: is not a known time zone"),
    "zone-is-a-folder": ('zone = "Europe/London"', 'zone = "Europe"', "hours.zone: is not a known time zone"),
    "zone-is-a-path": ('zone = "Europe/London"', 'zone = "../London"', "hours.zone: is not a known time zone"),
    "day-named-twice": (
        "add = []\nremove = []",
        'add = [{ day = 2030-01-02, why = "a" }]\nremove = [{ day = 2030-01-02, why = "b" }]',
        "holidays: named twice: 2030-01-02",
    ),
    "day-without-a-reason": ("add = []", "add = [{ day = 2030-01-02 }]", "holidays.add.0.why: Field required"),
    "missing-slug": ('slug = "crisis"\n', "", "no clause has the slug crisis"),
    "unknown-slug": ('slug = "profane"', 'slug = "rude"', "no rule has the name rude"),
    "slug-twice": ('slug = "profane"', 'slug = "hateful"', "the slug hateful is used twice"),
    "clause-id-twice": ('id = "4.2.1"', 'id = "4.1.1"', "the id 4.1.1 is used twice"),
    "clause-id-shape": ('id = "4.2.1"', 'id = "4.2"', "clauses.0.id: String should match pattern"),
    "clause-not-kept": ('manual = "Explains 2.5.1."\n', "", "must say how it is kept"),
    "unknown-promise": ('promise = "views"', 'promise = "peace"', "promises.peace: is missing"),
    "unused-promise": ("[promises]\n", '[promises]\npeace = "None."\n', "promises.peace: no clause names it"),
    "anchor-not-in-text": ('anchor = "Complaints page"', 'anchor = "Contact page"', "the anchor is a part of the text"),
    "link-without-anchor": ('anchor = "Complaints page"\n', "", "link and anchor come together"),
    "unknown-link": ('link = "need-help-now"', 'link = "nowhere"', "links.nowhere: is missing"),
    "link-without-address": ('url = "https://www.cntw.nhs.uk/need-help-now"\n', "", "links.need-help-now: either an"),
    "link-not-https": ('url = "https://www.cntw', 'url = "http://www.cntw', "links.need-help-now.url: String should"),
    "placeholder-with-address": (
        'name = "Complaints"',
        'name = "Complaints"\nurl = "https://example.org"',
        "links.complaints: either an url, or placeholder",
    ),
    "help-without-source": (SAMARITANS + "\n", "", "help.4.source: Field required"),
    "help-source-not-https": (SAMARITANS, 'source = "somebody said so"', "help.4.source: String should match"),
    "no-review-date": ("review_by = 2027-02-22\n", "", "help.0.review_by: Field required"),
    "review-date-is-no-date": ("review_by = 2027-02-22", 'review_by = "soon"', "help.0.review_by: Input should be"),
    "reviewed-too-late": ("reviewed = 2026-11-22", "reviewed = 2027-03-01", "review_by must be later than reviewed"),
    "no-approver": ('approved_by = "not yet approved: the Trust names who"\n', "", "approved_by: Field required"),
    "unknown-placeholder": (
        "{opening}. Please",
        "{opening} {name}. Please",
        "acknowledgement: unknown placeholder {name}",
    ),
    "placeholder-link-in-words": ("see {need-help-now}", "see {complaints}", "unknown placeholder {complaints}"),
    "placeholder-reaches-inside": ("{opening}. Please", "{opening.year}. Please", "unknown placeholder {opening.year}"),
    "stray-brace": ("This message is the same", "This { message is the same", "unknown placeholder {a stray brace}"),
    "opening-in-a-reply": ("see {need-help-now}", "see {opening}", "wording.clinical: unknown placeholder {opening}"),
    "no-opening-in-the-acknowledgement": ("until {opening}", "until later", "{opening} is missing"),
    "no-help-in-the-acknowledgement": (
        "{help}\nMore ways to get help: {need-help-now}\n\nWe",
        "We",
        "{help} is missing",
    ),
    "unknown-word-of-time": ('"{weekday} {day}', '"{weekday} {date}', "wording.opening: unknown placeholder {date}"),
    "missing-reply": ("[wording.replies.team]", "[wording.other.team]", "wording.other: Extra inputs"),
    "unknown-reply": ("[wording.replies.team]", "[wording.replies.police]", "wording.replies.police"),
    "duration-is-no-duration": ('"PT12H"', '"half a day"', "limits.ack_max_age: Input should be a valid timedelta"),
    "duration-is-nothing": ('"PT12H"', '"PT0S"', "limits.ack_max_age: Input should be greater than"),
    "negative-limit": ("per_post = 3", "per_post = -1", "limits.public_acks_per_post: Input should be greater"),
    "unknown-platform": ("facebook = true", "pigeon = true", "limits.public_acks.pigeon"),
}


def write(folder: Path, text: str, name: str = NAME) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "named"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in SOUND
    write(tmp_path, SOUND.replace(old, new))
    with pytest.raises(PrinciplesError) as refused:
        load(tmp_path)
    assert str(refused.value).startswith(f"{NAME}: ")
    assert named in str(refused.value)


def test_the_sound_file_is_read_from_any_folder(tmp_path: Path) -> None:
    write(tmp_path, SOUND)
    assert load(tmp_path).versions == load().versions


def test_versions_are_newest_first_whatever_their_names(tmp_path: Path) -> None:
    write(tmp_path, SOUND)
    earlier = SOUND.replace('version = "2026-11-22"', 'version = "zz"').replace("2026-11-22T00", "2025-01-01T00")
    write(tmp_path, earlier, "zz.toml")
    assert [one.version for one in load(tmp_path).versions] == ["2026-11-22", "zz"]


def test_two_versions_cannot_begin_at_the_same_moment(tmp_path: Path) -> None:
    write(tmp_path, SOUND)
    other = SOUND.replace('version = "2026-11-22"', 'version = "other"')
    write(tmp_path, other.replace("2026-11-22T00:00:00+00:00", "2026-11-22T01:00:00+01:00"), "other.toml")
    with pytest.raises(PrinciplesError, match=r"\.toml: effective_from: the same as in .*\.toml"):
        load(tmp_path)


def test_a_folder_without_versions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrinciplesError, match="no file"):
        load(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(PrinciplesError, match="the whole file"):
        load(tmp_path)


def test_words_that_are_not_there_are_refused() -> None:
    with pytest.raises(PrinciplesError, match=r"nothing\.toml"):
        words("nothing")


def test_nothing_read_can_be_changed() -> None:
    principles = load().versions[0]
    with pytest.raises(ValueError, match="frozen"):
        principles.title = "Other"  # type: ignore[misc]
