"""The garbage collector while a batch is filed: a batch makes tens of thousands of things and no circles of them, so
that all of it dies with it; in its middle the collector would look through everything and find nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest, unless it does already; several threads may ask at once, and the last leaves it as it was
    found."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()
