"""A wire to a server that can stall, vanish and come back."""

import socket
from contextlib import suppress
from threading import Event, Thread


class Proxy:
    """Forwards TCP from a free port of this machine to `target` (`host:port`)."""

    def __init__(self, target: str) -> None:
        host, port = target.split(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._flowing = Event()
        self._flowing.set()
        self._away = False
        self._ends: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        """Keep every connection and pass nothing on."""
        self._flowing.clear()

    def flow(self) -> None:
        """Pass everything on, also what was held back."""
        self._flowing.set()

    def vanish(self) -> None:
        """Cut every connection and take no new one."""
        self._away = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def appear(self) -> None:
        """Be there again."""
        self._away = False

    def close(self) -> None:
        """Give the port back."""
        self.flow()
        self.vanish()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for end in [self._listener, *self._ends]:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._away:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                self._flowing.wait()
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
