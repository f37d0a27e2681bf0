"""A line between two programs that the test can cut."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

CHUNK = 256 * 1024
# close without a farewell: the other side gets a reset
NO_LINGER = struct.pack("ii", 1, 0)
# what was forwarded just before a cut is given time to be read, since a reset throws away what is not
READ_SECONDS = 0.05
THREAD_SECONDS = 10


class Link:
    """One connection of ingest, and the one behind it."""

    def __init__(self, *writers: asyncio.StreamWriter) -> None:
        self.writers = writers
        # bytes that came back since ingest last sent some: the length of an answer so far
        self.answered = 0

    def reset(self) -> None:
        for writer in self.writers:
            reset(writer)

    def close(self) -> None:
        for writer in self.writers:
            writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    writer.transport.abort()


class Proxy:
    """Listens on a port of its own and forwards to `target`, in a thread of its own.

    One loop owns all sockets: a thread that waits in a socket would keep it open while another one wants to cut it."""

    port = 0

    def __init__(self, target: int) -> None:
        self.target = target
        self.links: set[Link] = set()
        self.refused_until = 0.0
        self.refused = 0
        # an answer is cut after so many bytes; None while none is to be
        self.longest: int | None = None
        self.answers_cut = 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.stop = asyncio.Event()

    def serve(self) -> None:
        try:
            self.loop.run_until_complete(self._serve())
            self.loop.run_until_complete(self._leave())
        finally:
            self.loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stop.wait()
        server.close()
        self._reset_all()

    async def _leave(self) -> None:
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
        link = Link(writer, far_writer)
        self.links.add(link)
        try:
            # when one direction has ended, the other has nothing to say any more
            pumps = [self.loop.create_task(pump) for pump in (
                self._forward(link, reader, far_writer), self._bring_back(link, far_reader, writer))]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            link.close()
            await asyncio.wait(pumps)
        finally:
            self.links.discard(link)

    async def _forward(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                link.answered = 0
                writer.write(chunk)
                await writer.drain()

    async def _bring_back(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK):
                if self.longest is not None and link.answered + len(chunk) > self.longest:
                    kept, self.longest = chunk[:max(0, self.longest - link.answered)], None
                    writer.write(kept)
                    await writer.drain()
                    await asyncio.sleep(READ_SECONDS)
                    link.reset()
                    self.answers_cut += 1
                    return
                link.answered += len(chunk)
                writer.write(chunk)
                await writer.drain()

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

        return asyncio.run_coroutine_threadsafe(now(), self.loop).result(THREAD_SECONDS)

    def allow(self) -> None:
        """New connections are let through again."""

        def now() -> None:
            self.refused_until = 0.0

        self.loop.call_soon_threadsafe(now)

    def cut_answer(self, longest: int | None) -> None:
        """The next answer that is longer is cut after so many bytes, in the middle of its body; None takes it back."""

        def now() -> None:
            self.longest = longest

        self.loop.call_soon_threadsafe(now)


@contextlib.contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A line that works; gone when this is left."""
    made = Proxy(target)
    thread = threading.Thread(target=made.serve, name="proxy", daemon=True)
    thread.start()
    made.ready.wait(THREAD_SECONDS)
    try:
        yield made
    finally:
        made.loop.call_soon_threadsafe(made.stop.set)
        thread.join(THREAD_SECONDS)
