"""Measures of the rules: short messages, hostile input, and how long they take to load."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import ahocorasick

from infra.bench.figures import Sample, alternately, percentile
from infra.bench.workshop import Workshop
from infra.manifests import ROOT
from shared.rules.compiled import compiled
from shared.rules.engine import WORDS, examine

CORPUS = ROOT / "tests/corpus/open"
SHORTEST, LONGEST = 10, 140  # code points of a short message
MESSAGES = 4_000
HOSTILE_BYTES = 64_000
LOAD = """
import json, time
started = time.perf_counter()
from shared.rules.engine import examine
examine("Nobody rang me back about my appointment and I want to die")
taken = (time.perf_counter() - started) * 1000
high = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([taken, int(high.split()[1]) / 1024]))
"""
FLOOR = LOAD.replace("from shared.rules.engine import examine", "import ahocorasick, re2").replace("examine(", "str(")


def short_messages(_: Workshop, rounds: int) -> list[Sample]:
    """Short messages a second through all rules on one core, against an automaton of the same words alone."""
    texts = _short()
    floor = _automaton()
    for text in texts:  # patterns are compiled when first touched
        examine(text)
    variants = {
        "floor": lambda: _times(texts, lambda text: list(floor.iter(text.lower()))),
        "ours": lambda: _times(texts, examine),
    }
    return [
        Sample(len(texts) / sum(one["ours"]), len(texts) / sum(one["floor"]), percentile(one["ours"], 0.99) * 1000)
        for one in alternately(rounds, variants)
    ]


def hostile(_: Workshop, rounds: int) -> list[Sample]:
    """Milliseconds of the slowest of many 64 kB inputs, against an automaton of the same words on the same input."""
    texts = _hostile()
    floor = _automaton()
    for text in texts:
        examine(text)
    variants = {
        "floor": lambda: max(_times(texts, lambda text: list(floor.iter(text.lower())))),
        "ours": lambda: max(_times(texts, examine)),
    }
    return [Sample(one["ours"] * 1000, one["floor"] * 1000) for one in alternately(rounds, variants)]


def loading(_: Workshop, rounds: int) -> list[Sample]:
    """Milliseconds until the first message is judged by a new process, against importing the two engines alone."""
    variants = {"floor": lambda: _started(FLOOR)[0], "ours": lambda: _started(LOAD)[0]}
    return [Sample(one["ours"], one["floor"]) for one in alternately(rounds, variants)]


def memory(_: Workshop, rounds: int) -> list[Sample]:
    """MiB of such a process, against one that only imports the two engines."""
    variants = {"floor": lambda: _started(FLOOR)[1], "ours": lambda: _started(LOAD)[1]}
    return [Sample(one["ours"], one["floor"]) for one in alternately(rounds, variants)]


def _started(program: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=60)  # noqa: S603 - our own program
    milliseconds, mebibytes = json.loads(done.stdout)
    return milliseconds, mebibytes


def _short() -> list[str]:
    texts = [
        json.loads(line)["text"]
        for path in sorted(CORPUS.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    short = [text for text in texts if SHORTEST <= len(text) <= LONGEST]
    return random.Random(1).choices(short, k=MESSAGES)  # noqa: S311 - the same messages every time


def _hostile() -> Sequence[str]:
    pick = random.Random(2)  # noqa: S311 - the same texts every time
    literals = _strings()
    odd = "aAéßﬁ\u0301\u200b 10$@!.*'’“Ⓐ🔪🏥"
    made = [
        " ".join(pick.choices(literals, k=HOSTILE_BYTES // 6)),
        "".join(pick.choices(odd, k=HOSTILE_BYTES)),
        "".join(pick.choices("abc 0123@.-", k=HOSTILE_BYTES)),
        *(
            word * HOSTILE_BYTES
            for word in (
                "fuck ",
                "my ",
                "kill myself ",
                "a b ",
                "a@b.",
                '"',
                "0",
                "\u0301",
                "ﷺ",
                "🔪",
                "07700 900",
                "i want to ",
                "http://",
                "he is a ",
            )
        ),
    ]
    return [text.encode()[:HOSTILE_BYTES].decode(errors="ignore") for text in made]


def _automaton() -> ahocorasick.Automaton:
    floor = ahocorasick.Automaton()
    for word in _strings():
        floor.add_word(word, word)
    floor.make_automaton()
    return floor


def _strings() -> list[str]:
    packs = compiled()["packs"][WORDS]
    terms = {term for kind in packs["terms"] for _, some in kind for term in some.split("\n")}
    return sorted({*terms, *(phrase for phrase, _ in packs["phrases"])})


def _times(texts: Sequence[str], judge: Callable[[str], object]) -> list[float]:
    taken: list[float] = []
    for text in texts:
        started = time.perf_counter()
        judge(text)
        taken.append(time.perf_counter() - started)
    return taken
