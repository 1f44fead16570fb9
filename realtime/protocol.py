"""The wire messages of the socket: what a client may say, and how the server says things.

Pure. A frame is a JSON object in one text message. Anything else is refused with a code and a
sentence, never with silence.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ajj.kernel.words import gettext_noop

MAX_FRAME_BYTES = 64 * 1024
MAX_OP_ID = 64
MAX_SAFE_INTEGER = 2**53 - 1
KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\Z")
OP_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")


@dataclass(frozen=True)
class Ping:
    """A clock measurement: ``client_ms`` is the sender's own clock, echoed as it came."""

    client_ms: int | float


@dataclass(frozen=True)
class DeviceFrame:
    """The device whose clock ``client_ms`` is, the number of the act, and the clock's error."""

    id: str
    n: int
    error_ms: int


@dataclass(frozen=True)
class OpFrame:
    """A command. ``client_ms`` is the sender's clock, ``base_seq`` the last entry it had seen.

    ``device``: ``{id, n, error_ms}``, from a client that numbers its acts and knows its own clock.
    """

    op_id: str
    kind: str
    data: dict[str, Any]
    client_ms: int | None = None
    base_seq: int | None = None
    device: DeviceFrame | None = None


@dataclass(frozen=True)
class BadFrame(Exception):
    """A frame that was refused; ``op_id`` is there when the sender can be answered by it."""

    code: str
    message: str
    op_id: str | None = None


def parse(text: str) -> Ping | OpFrame:
    """The client's frame; raises ``BadFrame``."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise BadFrame("too_large", gettext_noop("Pesan terlalu besar."))
    try:
        body = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not_json", gettext_noop("Pesan bukan JSON yang sah.")) from error
    if not isinstance(body, dict):
        raise BadFrame("not_object", gettext_noop("Pesan harus berupa objek JSON."))
    if set(body) == {"ping"}:
        return Ping(_ping_value(body["ping"]))
    return _op(body)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _ping_value(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadFrame("invalid", gettext_noop("Nilai ping harus berupa angka."))
    if not abs(value) <= MAX_SAFE_INTEGER:
        raise BadFrame("invalid", gettext_noop("Nilai ping di luar jangkauan."))
    return value


def _op(body: Mapping[str, Any]) -> OpFrame:
    op_id = body.get("op_id")
    if not isinstance(op_id, str) or not OP_ID.match(op_id):
        raise BadFrame(
            "op_id", gettext_noop("Perintah membutuhkan op_id (1 sampai 64 huruf, angka, . _ : -).")
        )
    kind, data = body.get("kind"), body.get("data", {})
    if not isinstance(kind, str) or len(kind) > MAX_OP_ID or not KIND.match(kind):
        raise BadFrame("kind", gettext_noop("Jenis perintah tidak dikenal."), op_id)
    if not isinstance(data, dict):
        raise BadFrame("data", gettext_noop("Isi perintah harus berupa objek."), op_id)
    return OpFrame(
        op_id=op_id,
        kind=kind,
        data=data,
        client_ms=_whole(body, "client_ms", op_id),
        base_seq=_whole(body, "base_seq", op_id),
        device=_device(body.get("device"), op_id),
    )


def _device(said: object, op_id: str) -> DeviceFrame | None:
    if said is None:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("id"), str):
        raise BadFrame("device", gettext_noop("Isi perintah harus berupa objek."), op_id)
    n, error_ms = _whole(said, "n", op_id), _whole(said, "error_ms", op_id)
    if not OP_ID.match(said["id"]) or n is None or error_ms is None:
        raise BadFrame("device", gettext_noop("Isi perintah harus berupa objek."), op_id)
    return DeviceFrame(said["id"], n, error_ms)


def _whole(body: Mapping[str, Any], field: str, op_id: str) -> int | None:
    value = body.get(field)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadFrame(field, f"{field} harus bilangan bulat.", op_id)
    if not 0 <= value <= MAX_SAFE_INTEGER:
        raise BadFrame(field, f"{field} di luar jangkauan.", op_id)
    return value


def parse_cursor(text: str) -> int:
    """``after=SEQ`` of the socket's address; raises ``BadFrame`` for anything but 0, 1, 2 …"""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise BadFrame("cursor", gettext_noop("after harus bilangan bulat, 0 atau lebih."))
    return int(text)


def _dump(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def entry(row: Mapping[str, Any]) -> str:
    """A log entry as the reader may see it (``read_log`` has hidden what must be hidden)."""
    return _dump(row)


def ack(op_id: str, seq: int) -> str:
    """The command stands in the log at ``seq``."""
    return _dump({"ack": op_id, "seq": seq})


def reject(op_id: str | None, code: str, message: str) -> str:
    """The command had no effect; ``op_id`` is null when the frame carried none."""
    return _dump({"reject": op_id, "code": code, "message": message})


def pong(client_ms: float, server_ms: int | None, now: int) -> str:
    """``server_ms``: session clock, null before it started; ``now``: epoch milliseconds."""
    return _dump({"pong": client_ms, "server_ms": server_ms, "now": now})


def pulse(streams: Mapping[str, Mapping[str, Any]]) -> str:
    """What comes of each stream at this moment, as the media node sees it."""
    return _dump({"pulse": dict(streams)})


def presence(people: Sequence[Mapping[str, Any]], recording: Mapping[str, Any]) -> str:
    """Who is here, and what is being recorded."""
    return _dump({"presence": list(people), "recording": dict(recording)})
