"""The event loop every thread and process of ours runs: uvloop where there is one."""

import asyncio


def new() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
