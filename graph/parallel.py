"""One piece of work for many items on the threads of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def never() -> bool:
    """For work that nobody cancels."""
    return False


def on_threads(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int = 2,
    is_cancelled: Callable[[], bool] = never,
) -> Iterator[Result]:
    """Results as they come. Once `is_cancelled` says so, only what has begun is finished."""
    left = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        waiting: set[Future[Result]] = set()
        while True:
            while len(waiting) < 2 * threads and not is_cancelled():
                try:
                    item = next(left)
                except StopIteration:
                    break
                waiting.add(pool.submit(work, item))
            if is_cancelled():
                waiting = {future for future in waiting if not future.cancel()}
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
