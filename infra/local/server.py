"""gunicorn, as functions-framework runs it in production: one worker, threads, the application built after the fork."""

import os
import signal
import sys
import time
from threading import Thread

import httpx
from gunicorn.app.base import BaseApplication

from infra.local import samples as sample_messages
from infra.local.app import Wsgi, build
from infra.local.relay import Relay, subscriptions
from infra.local.sources import source
from shared import bootstrap

READY_SECONDS = 30.0
THREADS = 80  # as many as Cloud Run sends at once: fewer, and slow senders keep the others waiting


class Server(BaseApplication):  # type: ignore[misc]
    """One process that serves, relays and, on first start, writes to itself."""

    def __init__(self, port: int, *, samples: bool) -> None:
        self._port = port
        self._samples = samples
        self._relay: Relay | None = None
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings here."""
        options = {
            "bind": f"127.0.0.1:{self._port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "error",
            "graceful_timeout": 5,
            "limit_request_line": 8190,
            "post_worker_init": self._leave_at_once,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        """gunicorn asks for the application here, in the worker."""
        app = build()
        found = source([subscription.topic for subscription in subscriptions()])
        if found is not None:
            self._relay = Relay(found, self._address)
            self._relay.start()
        Thread(target=self._greet, daemon=True).start()
        return app

    def _leave_at_once(self, _worker: object) -> None:
        """A terminal signals every process of its group; here the parent alone decides, and the worker just goes.

        gunicorn's own way out waits for calls to the fake platform that nobody answers any more, and can lock itself
        up when two signals meet. Nothing is lost: what was answered is committed, what is leased comes again.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, self._leave)

    def _leave(self, _number: int, _frame: object) -> None:
        if self._relay is not None:
            self._relay.stop()
        sys.stdout.flush()
        os._exit(0)

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _greet(self) -> None:
        if not _healthy(self._address):
            print("Signpost did not become ready; see the lines above", flush=True)
            return
        if self._samples:
            sent = sample_messages.deliver(self._address, bootstrap.clock())
            print(f"delivered {sent} sample messages, signed, over HTTP", flush=True)
        print(GREETING.format(address=self._address), flush=True)


GREETING = """Signpost is running.
  the desk               {address}/console
  the public page        {address}/principles
  what a platform was told, for example {address}/fake/facebook
  mail to staff          {address}/mail
  health                 {address}/health
Ctrl-C stops it."""


def serve(port: int, *, samples: bool) -> None:
    """Serve until the process is told to stop."""
    Server(port, samples=samples).run()


def _healthy(address: str) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/health", timeout=5.0).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    return False
