"""The reference page of the settings, written from the settings themselves: `python -m infra.settings`."""

import sys
from pathlib import Path

from shared.settings import SETTINGS, Setting

PAGE = Path(__file__).with_name("settings.md")
HEAD = """# Settings

Every function reads the same environment variables; this page is written from `shared/settings.py` by
`python -m infra.settings`. What is wrong stops a function at its start, with one line for each fault, and a name that
starts with `SIGNPOST_` and is not in this table is a fault as well. Everything else, hours, wording, who is told of
what, is data in `shared/principles`.

| variable | default | what for |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(map(_row, SETTINGS))


def _row(setting: Setting) -> str:
    default = "none" if setting.default is None else f"`{setting.default}`"
    only = " Only on a laptop." if setting.local_only else ""
    return f"| `{setting.name}` | {default} | {setting.meaning}{only} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
