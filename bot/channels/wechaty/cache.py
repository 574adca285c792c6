"""A bounded cache that expires and loads each key once at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The `size` values used last; none older than `ttl` seconds of the monotonic `time`."""

    def __init__(self, size: int, ttl: float, time: Callable[[], float]) -> None:
        self._size, self._ttl, self._time = size, ttl, time
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._loading: dict[K, asyncio.Task[V]] = {}
        self._tasks: set[asyncio.Task[V]] = set()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value, if it is there and fresh."""
        held = self._values.get(key)
        if held is None or self._time() - held[0] > self._ttl:
            return None
        self._values.move_to_end(key)
        return held[1]

    def expired(self, key: K) -> bool:
        """Whether there is a value that has grown too old."""
        held = self._values.get(key)
        return held is not None and self._time() - held[0] > self._ttl

    def put(self, key: K, value: V) -> None:
        """Keep the value; the one unused for longest goes."""
        self._values[key] = (self._time(), value)
        self._values.move_to_end(key)
        while len(self._values) > self._size:
            self._values.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget the value; one that is being loaded just now is not kept either."""
        self._values.pop(key, None)
        self._loading.pop(key, None)

    def drop_where(self, stale: Callable[[K], bool]) -> None:
        """Forget every key for which `stale` says so."""
        for key in [key for key in (*self._values, *self._loading) if stale(key)]:
            self.drop(key)

    async def fetch(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """The value, loaded if need be; who asks meanwhile waits for the same load."""
        if (held := self.get(key)) is not None:
            return held
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._load(key, load))
            self._loading[key] = task
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    def close(self) -> None:
        """Load nothing more; whoever waits for a load is cancelled."""
        for task in self._tasks:
            task.cancel()

    async def _load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        me = asyncio.current_task()
        try:
            value = await load()
            if self._loading.get(key) is me:
                self.put(key, value)
            return value
        finally:
            if self._loading.get(key) is me:
                del self._loading[key]
