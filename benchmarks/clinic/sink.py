"""A mail server that takes everything and keeps nothing but a count, as a process of its own.

`python -m benchmarks.clinic.sink` prints its port; a line on standard input makes it print how
many mails it took. It answers as fast as Python can, so that the time is the sender's.
"""

from __future__ import annotations

import asyncio
import sys

_END = b"\r\n.\r\n"
taken = 0


class Taking(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.out, self.rest, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        global taken
        self.rest += data
        while self.rest:
            if self.in_data:
                end = self.rest.find(_END)
                if end < 0:
                    return
                self.rest, self.in_data = self.rest[end + len(_END) :], False
                taken += 1
                self.out.write(b"250 taken\r\n")
                continue
            line, found, rest = self.rest.partition(b"\r\n")
            if not found:
                return
            self.rest = rest
            word = line[:4].upper()
            self.in_data = word == b"DATA"
            self.out.write(
                b"354 go on\r\n"
                if self.in_data
                else b"221 bye\r\n"
                if word == b"QUIT"
                else b"250 ok\r\n"
            )


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Taking, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(taken, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
