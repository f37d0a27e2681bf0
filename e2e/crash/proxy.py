"""A line between two programs that the test can cut."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import TypeVar

CHUNK = 256 * 1024
# close without a farewell: the other side gets a reset
NO_LINGER = struct.pack("ii", 1, 0)
# what was forwarded just before a cut is given time to be read, since a reset throws away what is not
READ_SECONDS = 0.05
THREAD_SECONDS = 10

T = TypeVar("T")


@dataclass(eq=False)
class Link:
    """One connection of ingest, and the one behind it."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    # bytes that came back since ingest last sent some: the length of an answer so far
    answered: int = 0

    def reset(self) -> None:
        for writer in self.writers:
            reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


class Proxy:
    """Listens on a port of its own and forwards to `target`, in a thread of its own.

    One loop owns all sockets: a thread that waits in a socket would keep it open while another one wants to cut it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.links: set[Link] = set()
        self.refused_until = 0.0
        self.refused = 0
        # an answer is cut after so many bytes; None while none is to be
        self.longest: int | None = None
        self.answers_cut = 0
        self.loop = asyncio.new_event_loop()

    def do(self, work: Coroutine[None, None, T]) -> T:
        """In the loop, from outside."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(THREAD_SECONDS)

    async def listen(self) -> None:
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def leave(self) -> None:
        self.server.close()
        self._reset_all()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.loop.time() < self.refused_until:
            self.refused += 1
            reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            reset(writer)
            return
        link = Link((writer, far_writer))
        self.links.add(link)
        try:
            # when one direction has ended, the other has nothing to say any more
            pumps = [self.loop.create_task(self._pump(link, *ends)) for ends in (
                (reader, far_writer, False), (far_reader, writer, True))]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for each in link.writers:
                each.close()
            await asyncio.wait(pumps)
        finally:
            self.links.discard(link)

    async def _pump(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_answer: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                longest = self.longest if is_answer else None
                is_cut = longest is not None and link.answered + len(chunk) > longest
                if longest is not None and is_cut:
                    self.longest, chunk = None, chunk[:max(0, longest - link.answered)]
                link.answered = link.answered + len(chunk) if is_answer else 0
                writer.write(chunk)
                await writer.drain()
                if is_cut:
                    await asyncio.sleep(READ_SECONDS)
                    link.reset()
                    self.answers_cut += 1
                    return

    def _reset_all(self) -> int:
        links, self.links = self.links, set()
        for link in links:
            link.reset()
        return len(links)

    def cut(self, refuse_seconds: float) -> int:
        """Resets all connections, and new ones for some time; gives how many there were."""

        async def now() -> int:
            self.refused_until = self.loop.time() + refuse_seconds
            return self._reset_all()

        return self.do(now())

    def allow(self) -> None:
        """New connections are let through again."""
        self.loop.call_soon_threadsafe(setattr, self, "refused_until", 0.0)

    def cut_answer(self, longest: int | None) -> None:
        """The next answer that is longer is cut after so many bytes, in the middle of its body; None takes it back."""
        self.loop.call_soon_threadsafe(setattr, self, "longest", longest)


@contextlib.contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A line that works; gone when this is left."""
    made = Proxy(target)
    thread = threading.Thread(target=made.loop.run_forever, name="proxy", daemon=True)
    thread.start()
    try:
        made.do(made.listen())
        try:
            yield made
        finally:
            made.do(made.leave())
    finally:
        made.loop.call_soon_threadsafe(made.loop.stop)
        thread.join(THREAD_SECONDS)
        made.loop.close()
