"""``python -m realtime.media``: the media process."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys

from aiohttp import web

from realtime.media.disk import DiskWatch, usage_of
from realtime.media.engine import Engine
from realtime.media.server import create_app
from realtime.media.settings import Settings
from realtime.media.spool import Spool

log = logging.getLogger("realtime.media")


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish the open segments."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    disk = DiskWatch(
        usage_of(settings.spool_dir), alarm=settings.alarm_bytes, brim=settings.brim_bytes
    )
    spool = Spool(settings.spool_dir, disk=disk)
    engine = Engine(settings, spool)
    engine.start()
    runner = web.AppRunner(create_app(engine, settings), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.control_port).start()
    log.info("media ready on 127.0.0.1:%d, spool %s", settings.control_port, settings.spool_dir)
    # A thousand packets of every track are held, none in a cycle. A full collection would walk
    # over all of them every few seconds, and packets would wait for it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    await stopping.wait()
    await engine.stop()
    await runner.cleanup()
    spool.close()
    log.info("media stopped")


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environ()
    except ValueError as error:
        log.error("%s", error)
        return 2
    if sys.platform == "win32":
        asyncio.run(serve(settings))
    else:
        import uvloop

        uvloop.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
