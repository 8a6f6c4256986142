"""Settings: what is wrong is said all at once and stops the start; the reference page is current."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import PAGE, page
from shared.settings import SETTINGS, ConfigurationError, read

ROOT = Path(__file__).parents[2]


def wrong(**env: str) -> list[str]:
    found = faults(env)
    assert found
    return found


def faults(env: dict[str, str]) -> list[str]:
    try:
        read(env)
    except ConfigurationError as error:
        return str(error).splitlines()
    return []


def test_nothing_set_is_a_laptop_without_accounts() -> None:
    settings = read({"PATH": "/usr/bin"})
    assert (settings.accounts, settings.project, settings.local, settings.clock) == ({}, None, False, None)


def test_everything_set() -> None:
    settings = read(
        {
            "SIGNPOST_ACCOUNTS": '{"facebook": {"1": "meta"}}',
            "SIGNPOST_ALERTS": '{"team": ["a@example.org", "b@example.org"]}',
            "SIGNPOST_CONSOLE": "https://desk.example.org/",
            "SIGNPOST_LOCAL": "1",
            "SIGNPOST_CLOCK": "2026-11-21T22:00:00+00:00",
            "GOOGLE_CLOUD_PROJECT": "made-up",
        }
    )
    assert settings.accounts == {"facebook": {"1": "meta"}}
    assert settings.addresses == {"team": ["a@example.org", "b@example.org"]}
    assert settings.desk == "https://desk.example.org"
    assert settings.clock == datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert settings.project == "made-up"


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert wrong(
        SIGNPOST_ACOUNTS="{}",
        SIGNPOST_ACCOUNTS='{"facebook": "meta"}',
        SIGNPOST_ALERTS='{"team": ["nobody"]}',
        SIGNPOST_APIS="[",
        SIGNPOST_CONSOLE="desk",
        SIGNPOST_LOCAL="yes",
        SIGNPOST_CLOCK="2026-11-21T22:00:00+00:00",
    ) == [
        "SIGNPOST_ACOUNTS: is not a setting of ours",
        "SIGNPOST_ACCOUNTS: must be an object of objects of strings",
        "SIGNPOST_APIS: not JSON",
        "SIGNPOST_CONSOLE: must be an address that starts with https://",
        "SIGNPOST_ALERTS: must be an object of lists of mail addresses",
        "SIGNPOST_LOCAL: must be 1 or 0",
        "SIGNPOST_CLOCK: only for local use",
    ]


@pytest.mark.parametrize("clock", ["tomorrow", "2026-11-21T22:00:00", ""])
def test_a_clock_needs_a_whole_time(clock: str) -> None:
    assert len(wrong(SIGNPOST_LOCAL="1", SIGNPOST_CLOCK=clock)) == 1


@given(st.sampled_from([setting.name for setting in SETTINGS]), st.text())
def test_whatever_is_set_is_either_read_or_a_named_fault(name: str, text: str) -> None:
    found = faults({name: text})
    assert [line.split(": ")[0] for line in found] in ([], [name])


def test_the_reference_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m infra.settings`"
    assert page().count("\n| `") == len(SETTINGS)


def test_make_run_says_what_is_wrong_and_does_not_start(tmp_path: Path) -> None:
    env = {"SIGNPOST_DATA": str(tmp_path), "SIGNPOST_ACCOUNTS": "[]", "PORT": "18999"}
    ran = subprocess.run(
        [sys.executable, "-m", "infra.local"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "SIGNPOST_ACCOUNTS: must be an object of objects of strings\n")
