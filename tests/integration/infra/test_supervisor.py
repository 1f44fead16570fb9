"""The supervisor against real processes."""

import asyncio
import io
import os
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.supervisor import FIRST_DELAY_S, LONGEST_DELAY_S, Part, Supervisor, delay_before
from tests.services.processes import free_ports

PYTHON = sys.executable


def python(name: str, code: str, **fields) -> Part:
    return Part(name, (PYTHON, "-uc", code), **fields)


async def until(true, limit_s: float = 30) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_the_delay_grows_to_a_cap_and_jitter_stays_small(restart, jitter):
    delay = delay_before(restart, jitter)
    assert FIRST_DELAY_S <= delay <= LONGEST_DELAY_S * 1.25
    assert delay_before(restart, 0) <= delay
    assert delay_before(restart, 0) <= delay_before(restart + 1, 0)


async def test_a_killed_part_is_back_within_a_second_and_the_others_never_notice(tmp_path):
    out = io.StringIO()
    supervisor = Supervisor(
        [
            python("media", "import time; print('up'); time.sleep(60)"),
            python("web", "import time; print('up'); time.sleep(60)"),
        ],
        out=out,
        run_dir=tmp_path,
    )
    running = asyncio.create_task(supervisor.run())
    await until(lambda: out.getvalue().count("| up") == 2)
    media, web = (int((tmp_path / f"{name}.pid").read_text()) for name in ("media", "web"))
    os.kill(media, signal.SIGKILL)
    killed = time.monotonic()
    await until(lambda: out.getvalue().count("| up") == 3)
    assert time.monotonic() - killed < 2
    assert supervisor.restarts == {"media": 1, "web": 0}
    assert "media ended (SIGKILL)" in out.getvalue()
    assert int((tmp_path / "web.pid").read_text()) == web
    again = int((tmp_path / "media.pid").read_text())
    supervisor.stop()
    await running
    assert not alive(again)
    assert not alive(web)
    assert list(tmp_path.glob("*.pid")) == []


async def test_a_spare_stands_by_imported_and_takes_over_at_once(tmp_path):
    (tmp_path / "slow_program.py").write_text(
        "import time\ntime.sleep(1.5)\n"
        "def main():\n    print('up', flush=True)\n    time.sleep(60)\n"
    )
    part = Part(
        "media",
        (PYTHON, "-m", "infra.spare", "slow_program"),
        {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"},
        spare=True,
    )
    out = io.StringIO()
    supervisor = Supervisor([part], out=out, run_dir=tmp_path, spare_after_s=0)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: "| up" in out.getvalue())
    await asyncio.sleep(2.5)
    os.kill(int((tmp_path / "media.pid").read_text()), signal.SIGKILL)
    killed = time.monotonic()
    await until(lambda: out.getvalue().count("| up") == 2)
    assert time.monotonic() - killed < 1.2, "no time to import again"
    await asyncio.sleep(0.3)
    supervisor.stop()
    await running
    assert processes_of(tmp_path) == [], "neither the part nor its spare stays"


def processes_of(folder: Path) -> list[str]:
    """The processes that were started with ``folder`` on their PYTHONPATH and have not ended."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            if any(one.startswith(f"PYTHONPATH={folder}".encode()) for one in variables):
                found.append((process / "cmdline").read_text())
    return [one for one in found if one]


async def test_a_part_that_keeps_falling_is_tried_ever_more_slowly():
    out = io.StringIO()
    supervisor = Supervisor([python("web", "raise SystemExit(3)")], out=out, jitter=lambda: 0.0)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: supervisor.restarts["web"] >= 4)
    supervisor.stop()
    await running
    waits = [float(found) for found in re.findall(r"code 3\); again in ([\d.]+) s", out.getvalue())]
    assert waits[:4] == [0.2, 0.4, 0.8, 1.6]


async def test_work_that_is_done_is_not_done_again_but_work_that_failed_is(tmp_path):
    tried = tmp_path / "tried"
    code = f"""
import pathlib, sys
path = pathlib.Path({str(tried)!r})
path.write_text(path.read_text() + 'x' if path.exists() else 'x')
sys.exit(len(path.read_text()) < 2)
"""
    supervisor = Supervisor([python("demo", code, once=True)], out=io.StringIO())
    running = asyncio.create_task(supervisor.run())
    await until(lambda: tried.exists() and tried.read_text() == "xx")
    await asyncio.sleep(1)
    assert tried.read_text() == "xx"
    supervisor.stop()
    await running


async def test_jobs_are_asked_to_stop_only_when_media_has_gone(tmp_path):
    def recording(name: str, rank: int) -> Part:
        code = """
import signal, sys, time
def gone(*_):
    time.sleep(0.3)
    print('gone', flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, gone)
print('up', flush=True)
time.sleep(60)
"""
        return python(name, code, stop_rank=rank)

    out = io.StringIO()
    supervisor = Supervisor([recording("jobs", 1), recording("media", 0)], out=out)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: out.getvalue().count("| up") == 2)
    began = time.monotonic()
    supervisor.stop()
    await running
    assert 0.6 <= time.monotonic() - began < 3
    spoken = [
        line.split("|")[0].split()[1] for line in out.getvalue().splitlines() if "gone" in line
    ]
    assert spoken == ["media", "jobs"]


async def test_a_part_deaf_to_the_asking_is_killed_after_its_grace():
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
    out = io.StringIO()
    supervisor = Supervisor([python("web", code)], out=out, grace_s=0.5)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: "| up" in out.getvalue())
    began = time.monotonic()
    supervisor.stop()
    await running
    assert 0.5 <= time.monotonic() - began < 2
    assert "web does not stop: killed" in out.getvalue()


async def test_a_part_that_hangs_is_killed_and_begun_anew():
    (port,) = free_ports(1)
    code = (
        "import http.server as h\n"
        f"print('up'); h.HTTPServer(('127.0.0.1', {port}), h.SimpleHTTPRequestHandler)"
        ".serve_forever()"
    )
    out = io.StringIO()
    supervisor = Supervisor(
        [python("media", code, port=port)], out=out, ask_every_s=0.1, silent_s=2
    )
    running = asyncio.create_task(supervisor.run())
    await until(lambda: "code 404" in out.getvalue())
    pid = supervisor.running["media"].pid
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: "media does not answer: killed" in out.getvalue())
    await until(lambda: "media" in supervisor.running and supervisor.running["media"].pid != pid)
    supervisor.stop()
    await running


async def test_a_second_ctrl_c_does_not_wait_for_the_grace():
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
    out = io.StringIO()
    supervisor = Supervisor([python("web", code)], out=out, grace_s=30)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: "| up" in out.getvalue())
    began = time.monotonic()
    supervisor.stop()
    await asyncio.sleep(0.1)
    supervisor.stop()
    await running
    assert time.monotonic() - began < 2


async def test_a_part_that_cannot_start_says_so_and_is_tried_again():
    out = io.StringIO()
    supervisor = Supervisor([Part("media", ("/nonexistent/program",))], out=out)
    running = asyncio.create_task(supervisor.run())
    await until(lambda: supervisor.restarts["media"] >= 2)
    supervisor.stop()
    await running
    assert "media cannot start" in out.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_a_whole_run_cleanly_and_leaves_no_process(tmp_path: Path, number):
    script = f"""
import asyncio, pathlib, sys
from infra.supervisor import Part, Supervisor
part = Part('web', (sys.executable, '-uc', 'import time; print("up"); time.sleep(60)'))
asyncio.run(Supervisor([part], run_dir=pathlib.Path({str(tmp_path)!r})).run())
print('left')
"""

    async def scenario() -> tuple[bytes, int]:
        process = await asyncio.create_subprocess_exec(
            PYTHON, "-uc", script, stdout=asyncio.subprocess.PIPE
        )
        await until((tmp_path / "web.pid").exists)
        pid = int((tmp_path / "web.pid").read_text())
        process.send_signal(number)
        said, _ = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        return said, pid

    said, pid = asyncio.run(scenario())
    assert said.decode().splitlines()[-1] == "left"
    assert not alive(pid)


def test_parts_end_even_when_the_supervisor_is_killed(tmp_path: Path):
    script = f"""
import asyncio, pathlib, sys
from infra.supervisor import Part, Supervisor
part = Part('web', (sys.executable, '-uc', 'import time; print("up"); time.sleep(60)'))
asyncio.run(Supervisor([part], run_dir=pathlib.Path({str(tmp_path)!r})).run())
"""

    async def scenario() -> None:
        process = await asyncio.create_subprocess_exec(
            PYTHON, "-uc", script, stdout=asyncio.subprocess.DEVNULL
        )
        await until((tmp_path / "web.pid").exists)
        await asyncio.sleep(0.3)
        pid = int((tmp_path / "web.pid").read_text())
        process.kill()
        await process.wait()
        await until(lambda: not alive(pid))

    asyncio.run(scenario())
