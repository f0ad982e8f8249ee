"""The garbage collector while a batch is filed: a batch makes tens of thousands of things and no circles of them, so
that all of it dies with it; in its middle the collector would look through everything and find nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest. Where several threads ask at once, it is woken by the one that laid it to rest."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()
