"""One of four processes that store the same message: five threads, each at once when standard input ends."""

import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread

from functions.facebook.inbound import parse
from shared.adapters.sqlite import Database, SqliteQueue, SqliteStore
from shared.domain.message import Platform
from shared.service.assessment import assess
from shared.service.intake import Delivery, take_in
from tests.rig import LIBRARY, NIGHT, PAGE, comment, page


def main(path: Path) -> None:
    """Store the message five times and say so five times."""
    database = Database(path)
    store, queue = SqliteStore(database), SqliteQueue(database, lambda: NIGHT, Random(1))
    said: list[str] = []

    def once(second: int) -> None:
        delivery = Delivery(Platform.FACEBOOK, NIGHT + timedelta(seconds=second), "digest", frozenset({PAGE}))
        parts = parse(page(comment("When do you open?", at=NIGHT)))
        take_in(parts, delivery, store=store, queue=queue, assess=lambda event, at: assess(event, LIBRARY, at))
        said.append("stored\n")

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    threads = [Thread(target=once, args=(second,)) for second in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write("".join(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
