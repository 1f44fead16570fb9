#!/usr/bin/env python3
"""Checks the capsule of a recorded assessment session. Needs Python 3.9 or newer, nothing else.

    python3 verify.py                    the capsule in whose folder this file lies
    python3 verify.py CAPSULE.zip        a capsule that is still packed (or its unpacked folder)
    python3 verify.py --receipt TEXT     also: is this the head that the asesi holds a receipt of?

Every log entry is hashed together with the hash of the entry before it, so the last hash (the
head) stands for the whole log. The log names the SHA-256 of each recorded segment, piece of
evidence, form and decision. The head is signed (Ed25519) by the certification body, and the asesi
has it on a receipt. This program recomputes all of that. Each thing that was altered, is missing,
stands in another order or was added is named in one sentence, and the exit code is then 1.

Contents: canonical JSON (RFC 8785), Ed25519 (RFC 8032), signed texts (RFC 7515) and keys
(RFC 7638), what the log says, the checks, reading a capsule, the command.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import math
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

Entry = Mapping[str, Any]
Opener = Callable[[], BinaryIO]

GENESIS = "0" * 64
CHUNK = 256 * 1024


# ---------------------------------------------------------------- canonical JSON (RFC 8785)


class NotJson(ValueError):
    """Text that is no JSON, or a value that canonical JSON cannot say."""


def canonical(value: Any) -> bytes:
    """The one UTF-8 byte string of ``value``: keys by UTF-16 code units, numbers as in ECMAScript.

    Raises ``NotJson`` for NaN, infinities, integers from 2**53 on, lone surrogates, other types.
    """
    try:
        return _written(value).encode("utf-8")
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotJson(str(error)) from error


def _written(value: Any) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise NotJson("an integer of 2**53 or more")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotJson("a key that is no text")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in keys) + "}"
    raise NotJson(f"a {type(value).__name__}")


def _number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that read back as the same number."""
    if not math.isfinite(value):
        raise NotJson("a number that is none")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    sign, count = "-" if value < 0 else "", len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + power


def parsed(raw: bytes) -> Any:
    """The value of canonical JSON ``raw``. Raises ``NotJson`` for any other spelling of it."""
    value = loosely_parsed(raw)
    if canonical(value) != raw:
        raise NotJson("not in canonical form")
    return value


def loosely_parsed(raw: bytes) -> Any:
    """The value of JSON in any spelling. Raises ``NotJson``, also for a key that stands twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise NotJson("a key stands twice")
        return found

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from error


# ---------------------------------------------------------------- Ed25519 (RFC 8032, 5.1)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# A point (X : Y : Z : T) with x = X/Z, y = Y/Z, x*y = T/Z.
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _sum(a: Point, b: Point) -> Point:
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = right - left, z - t, z + t, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _twice(a: Point) -> Point:
    xx, yy, zz = a[0] * a[0] % P, a[1] * a[1] % P, 2 * a[2] * a[2] % P
    h = xx + yy
    e = h - (a[0] + a[1]) * (a[0] + a[1]) % P
    g = xx - yy
    f = zz + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _unpacked(raw: bytes) -> Point | None:
    """The point of 32 bytes; None for bytes that are no point, or not its one encoding."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _packed(a: Point) -> bytes:
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _base() -> Point:
    raw = (4 * pow(5, P - 2, P) % P).to_bytes(32, "little")
    found = _unpacked(raw)
    if found is None:
        raise AssertionError("the base point is on the curve")
    return found


BASE = _base()


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Strict verification: canonical encodings only, S below the order, no key of small order."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _unpacked(public), int.from_bytes(signature[32:], "little")
    if key is None or _unpacked(signature[:32]) is None or s >= ORDER:
        return False
    if _packed(_twice(_twice(_twice(key)))) == _packed(NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    # R = s*B - k*A, both products in one pass over the bits.
    minus = (P - key[0], key[1], key[2], P - key[3])
    addends = {(1, 0): BASE, (0, 1): minus, (1, 1): _sum(BASE, minus)}
    total = NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = _twice(total)
        addend = addends.get((s >> bit & 1, k >> bit & 1))
        if addend is not None:
            total = _sum(total, addend)
    return _packed(total) == signature[:32]


# ---------------------------------------------------------------- keys and signed texts


class Unsigned(ValueError):
    """A text whose signature does not hold; the message says why."""


def _unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unsigned("not base64url") from error
    if _base64(raw) != text:
        raise Unsigned("not the one base64url form")
    return raw


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def thumbprint(x: str) -> str:
    """The RFC 7638 name of the Ed25519 key ``x``: a key cannot be exchanged under its name."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": x}
    return _base64(hashlib.sha256(canonical(members)).digest())


def public_keys(keys: Iterable[Any]) -> tuple[dict[str, bytes], list[str]]:
    """The usable keys by name, and what is wrong with the others."""
    usable: dict[str, bytes] = {}
    faults = []
    for number, key in enumerate(keys, 1):
        try:
            kid, raw = _public_key(key)
        except (Unsigned, KeyError, TypeError) as error:
            faults.append(f"key {number}: not a proper Ed25519 key ({error})")
            continue
        if kid in usable:
            faults.append(f"key {kid}: stands twice")
        usable[kid] = raw
    return usable, faults


def _public_key(key: Any) -> tuple[str, bytes]:
    x = str(key["x"])
    raw, kid = _unbase64(x), thumbprint(x)
    right = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}
    if len(raw) != 32 or key != right:
        raise Unsigned("its name is not the thumbprint of its bytes, or a member differs")
    return kid, raw


def opened_jws(jws: Any, keys: Mapping[str, bytes]) -> tuple[str, dict[str, Any]]:
    """Key name and payload of a compact JWS (EdDSA). Raises ``Unsigned`` for anything else."""
    parts = jws.split(".") if isinstance(jws, str) else []
    if len(parts) != 3:
        raise Unsigned("not a signed text")
    try:
        header = loosely_parsed(_unbase64(parts[0]))
        payload = loosely_parsed(_unbase64(parts[1]))
    except NotJson as error:
        raise Unsigned(f"not a signed text: {error}") from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise Unsigned("not a signed text")
    kid = header.get("kid")
    if header not in ({"alg": "EdDSA", "typ": "JWT", "kid": kid}, {"alg": "EdDSA", "kid": kid}):
        raise Unsigned("signed in a way that is not ours")
    if not isinstance(kid, str) or kid not in keys:
        raise Unsigned(f"signed with the unknown key {kid}")
    message = f"{parts[0]}.{parts[1]}".encode("ascii")
    if not signature_holds(keys[kid], message, _unbase64(parts[2])):
        raise Unsigned("the signature is not this key's over this text")
    return kid, payload


# ---------------------------------------------------------------- what the log says

LINKED = ("session", "seq", "at_ms", "kind", "actor", "data")
ENDINGS = {
    "video/webm": "webm",
    "audio/webm": "webm",
    "video/mp4": "mp4",
    "audio/mp4": "m4a",
    "video/quicktime": "mov",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
}


def _ending(mime: str) -> str:
    return ENDINGS.get(mime.partition(";")[0].strip(), "bin")


def segment_path(data: Entry) -> str:
    """Where a segment lies in the capsule."""
    return f"media/{data['stream']}/{data['index']:06d}.{_ending(str(data['mime']))}"


def evidence_path(data: Entry) -> str:
    """Where a piece of evidence lies in the capsule."""
    return f"evidence/{data['evidence']}.{_ending(str(data['filetype']))}"


def picture_path(data: Entry) -> str:
    """Where a still of the identity check lies in the capsule."""
    return f"identity/{data['picture']}.{_ending(str(data['filetype']))}"


def form_path(seq: int, data: Entry) -> str:
    """Where a printed form lies in the capsule; ``seq`` is the entry that issued it."""
    return f"forms/{seq:06d}-{str(data['code']).replace('.', '-')}.pdf"


def anchor_path(seq: int) -> str:
    """Where the time-stamp token lies that the entry ``seq`` speaks of."""
    return f"anchors/{seq:06d}.tsr"


def ujian_path(seq: int, data: Entry) -> str:
    """Where the record of a ujian lies; ``seq`` is the entry that says how it was concluded."""
    return f"ujian/{seq:06d}-{str(data['jenis']).replace('.', '-')}.json"


@dataclass
class Kept:
    """A file that the log vouches for: ``label`` names it in sentences."""

    label: str
    seq: int
    sha256: str
    bytes: int | None
    owner: str
    erased: str = ""


@dataclass
class Story:
    """What a log says, as far as files, gaps and seals are concerned."""

    session: str = ""
    t0: int | None = None
    ended_ms: int | None = None
    rescue_ms: int | None = None
    head_ms: int = 0
    streams: dict[str, dict[str, Any]] = field(default_factory=dict)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    forms: list[dict[str, Any]] = field(default_factory=list)
    ujian: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    sealed: list[dict[str, Any]] = field(default_factory=list)
    anchored: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, Kept] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def duration_ms(self) -> int:
        """From t0 to the end, or to the last entry of a session that has not ended.

        One that went on without live media was recorded until then.
        """
        if self.rescue_ms is not None:
            return self.rescue_ms
        return self.head_ms if self.ended_ms is None else self.ended_ms


def told(log: Iterable[Entry]) -> Story:
    """Read the log. An entry that cannot be understood is named in ``faults``, never raised."""
    story = Story()
    for entry in log:
        try:
            story.session = story.session or str(entry["session"])
            story.head_ms = max(story.head_ms, int(entry["at_ms"]))
            step = STEPS.get(entry["kind"])
            if step is not None:
                step(story, entry, entry["data"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            story.faults.append(
                f"log seq {entry.get('seq')}: {entry.get('kind')} cannot be understood ({error!r})"
            )
    return story


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _keep(story: Story, path: str, kept: Kept) -> None:
    if path in story.files:
        story.faults.append(f"{kept.label}: logged twice, at seq {kept.seq} again")
    story.files[path] = kept


def _opened(story: Story, entry: Entry, data: Entry) -> None:
    story.t0 = data["t0"]


def _ended(story: Story, entry: Entry, data: Entry) -> None:
    story.ended_ms = entry["at_ms"]


def _rescued(story: Story, entry: Entry, data: Entry) -> None:
    story.rescue_ms = entry["at_ms"]


def _stream(story: Story, stream: str) -> dict[str, Any]:
    blank: dict[str, Any] = {
        "owner": "",
        "kind": "",
        "codecs": [],
        "started_ms": None,
        "segments": {},
    }
    return story.streams.setdefault(stream, blank)


def _started(story: Story, entry: Entry, data: Entry) -> None:
    row = _stream(story, data["stream"])
    row["owner"], row["kind"], row["codecs"] = data["owner"], data["kind"], data["codecs"]
    if row["started_ms"] is None:
        row["started_ms"] = entry["at_ms"]


def _segment(story: Story, entry: Entry, data: Entry) -> None:
    row, index = _stream(story, data["stream"]), data["index"]
    wanted = ("index", "start_ms", "end_ms", "bytes", "sha256", "mime")
    row["segments"][index] = {
        **{name: data[name] for name in wanted},
        "source": data.get("source", "live"),
        "seq": entry["seq"],
    }
    kept = Kept(
        f"segment {data['stream']}/{index}",
        entry["seq"],
        data["sha256"],
        data["bytes"],
        row["owner"],
    )
    _keep(story, segment_path(data), kept)


def _evidence(story: Story, entry: Entry, data: Entry) -> None:
    wanted = ("evidence", "filename", "filetype", "bytes", "sha256", "kuk", "taken_ms")
    row = {name: data[name] for name in wanted}
    story.evidence.append({**row, "seq": entry["seq"], "owner": entry["actor"]})
    label = f"evidence {data['evidence']}"
    kept = Kept(label, entry["seq"], data["sha256"], data["bytes"], entry["actor"])
    _keep(story, evidence_path(data), kept)


def _pictured(story: Story, entry: Entry, data: Entry) -> None:
    label = f"identity picture {data['picture']}"
    kept = Kept(label, entry["seq"], data["sha256"], data["bytes"], str(data["person"]))
    _keep(story, picture_path(data), kept)


def _form(story: Story, entry: Entry, data: Entry) -> None:
    wanted = ("code", "version", "sha256", "document")
    story.forms.append({**{name: data[name] for name in wanted}, "seq": entry["seq"]})
    label = f"form {data['code']} of seq {entry['seq']}"
    kept = Kept(label, entry["seq"], data["sha256"], None, "")
    _keep(story, form_path(entry["seq"], data), kept)


def _ujian(story: Story, entry: Entry, data: Entry) -> None:
    row = {"ujian": str(data["ujian"]), "seq": _whole(data["seq"]), "head": data["head"]}
    path = ujian_path(entry["seq"], data)
    story.ujian.append({**row, "path": path})
    kept = Kept(f"ujian {row['ujian']}", entry["seq"], data["sha256"], data["bytes"], "")
    _keep(story, path, kept)


def _gap(story: Story, entry: Entry, data: Entry) -> None:
    wanted = ("stream", "start_ms", "end_ms", "cause")
    story.gaps.append({name: data[name] for name in wanted})


def _sealed(story: Story, entry: Entry, data: Entry) -> None:
    story.sealed.append({**data, "seq": _whole(data["seq"]), "entry": _whole(entry["seq"])})


def _decision(story: Story, entry: Entry, data: Entry) -> None:
    story.decisions.append({**data, "entry": _whole(entry["seq"])})


def _anchored(story: Story, entry: Entry, data: Entry) -> None:
    story.anchored.append({**data, "seq": _whole(data["seq"]), "entry": _whole(entry["seq"])})
    label = f"time stamp of seq {entry['seq']}"
    _keep(story, anchor_path(entry["seq"]), Kept(label, entry["seq"], data["sha256"], None, ""))


def _erased(story: Story, entry: Entry, data: Entry) -> None:
    """Media of one person whose key was destroyed, by the minutes that the entry names."""
    minutes = str(data.get("ba") or f"seq {entry['seq']}")
    for kept in story.files.values():
        if kept.owner == str(data["owner"]) and not kept.erased:
            kept.erased = minutes


STEPS: dict[str, Callable[[Story, Entry, Entry], None]] = {
    "session.opened": _opened,
    "session.ended": _ended,
    "rescue.started": _rescued,
    "session.sealed": _sealed,
    "session.anchored": _anchored,
    "stream.started": _started,
    "segment.stored": _segment,
    "gap": _gap,
    "evidence.received": _evidence,
    "identity.pictured": _pictured,
    "form.issued": _form,
    "ujian.concluded": _ujian,
    "decision": _decision,
    "media.erased": _erased,
}


def manifest_of(story: Story, seals: Iterable[Any]) -> dict[str, Any]:
    """The manifest that the log gives: the same value for the same log, in one fixed order."""
    newest = list(seals)[-1:]
    return {
        "session": story.session,
        "t0": story.t0,
        "duration_ms": story.duration_ms,
        "streams": [
            {
                "stream": stream,
                **{name: row[name] for name in ("owner", "kind", "codecs", "started_ms")},
                "segments": [
                    {**segment, **_place(story, segment_path({"stream": stream, **segment}))}
                    for _index, segment in sorted(row["segments"].items())
                ],
            }
            for stream, row in sorted(story.streams.items())
        ],
        "gaps": _gaps(story),
        "evidence": [{**row, **_place(story, evidence_path(row))} for row in story.evidence],
        "forms": [{**row, **_place(story, form_path(row["seq"], row))} for row in story.forms],
        "sealed_head": newest[0] if newest else None,
    }


def _place(story: Story, path: str) -> dict[str, Any]:
    erased = story.files[path].erased if path in story.files else ""
    return {"url": None, "erased": erased} if erased else {"url": path}


def _gaps(story: Story) -> list[dict[str, Any]]:
    """Each logged gap; what a device's backup filled stands apart from what still is missing."""
    found = []
    for gap in story.gaps:
        position = gap["start_ms"]
        for start, end in _backed_up(story, gap["stream"]):
            start, end = max(position, start), min(gap["end_ms"], end)
            if end > start:
                found.append({**gap, "start_ms": position, "end_ms": start, "filled_by": None})
                found.append({**gap, "start_ms": start, "end_ms": end, "filled_by": DEVICE})
                position = end
        found.append({**gap, "start_ms": position, "filled_by": None})
    lasting = [gap for gap in found if gap["end_ms"] > gap["start_ms"]]
    return sorted(lasting, key=lambda gap: (gap["stream"], gap["start_ms"], gap["end_ms"]))


def _backed_up(story: Story, stream: str) -> list[tuple[int, int]]:
    """What device pieces cover, in order, without overlap."""
    segments = story.streams.get(stream, {"segments": {}})["segments"].values()
    covered: list[tuple[int, int]] = []
    for start, end in sorted(
        (item["start_ms"], item["end_ms"]) for item in segments if item["source"] == "device"
    ):
        if covered and start <= covered[-1][1]:
            start, end = covered[-1][0], max(end, covered.pop()[1])
        covered.append((start, end))
    return covered


DEVICE = "device backup"


# ---------------------------------------------------------------- the checks


@dataclass
class Proof:
    """What is checked. ``files`` opens, by capsule path, what is kept of media and papers.

    ``head`` is the last hash by another source than the log itself, where there is one. A
    ``manifest`` of None was named as unreadable already. ``signers`` are keys that signed something
    else of the capsule than a seal.
    """

    log: list[Any]
    manifest: Any
    seals: list[Any]
    keys: list[Any]
    files: Mapping[str, Opener]
    head: str | None = None
    signers: frozenset[str] = frozenset()


@dataclass
class Report:
    """``faults`` are sentences, empty when everything holds; ``notes`` are no faults."""

    story: Story
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    hashes: dict[int, str] = field(default_factory=dict)


def checked(proof: Proof) -> Report:
    """Everything that ``proof`` claims, computed again."""
    entries = [entry for entry in proof.log if isinstance(entry, dict)]
    report = Report(told(entries))
    for entry in entries:
        if isinstance(entry.get("seq"), int):
            report.hashes.setdefault(entry["seq"], str(entry.get("hash")))
    report.keys, key_faults = public_keys(proof.keys)
    report.faults += chain_faults(proof.log, proof.head)
    report.faults += report.story.faults
    report.faults += key_faults
    report.faults += _seal_faults(proof, report)
    report.faults += _unused_keys(proof, report)
    report.faults += _file_faults(proof, report)
    report.faults += _paper_faults(proof, report)
    if proof.manifest is not None:
        right = manifest_of(report.story, proof.seals)
        report.faults += manifest_faults(right, proof.manifest)
    return report


def entry_hash(previous: str, entry: Entry) -> str:
    """Hex SHA-256 over the previous hash and the entry's six linked fields."""
    body = canonical({name: entry[name] for name in LINKED})
    return hashlib.sha256(bytes.fromhex(previous) + body).hexdigest()


def chain_faults(log: Iterable[Any], head: str | None) -> Iterator[str]:
    """Breaks of the chain. After one the check goes on from the stored hash, to name it once."""
    previous, expected, at_ms, session = GENESIS, 1, 0, None
    seen: set[Any] = set()
    for place, entry in enumerate(log, 1):
        fault = _shape_fault(entry)
        if fault:
            yield f"log line {place}: {fault}"
            continue
        seq = entry["seq"]
        if seq in seen:
            yield f"log seq {seq}: stands there twice"
        elif seq > expected:
            missing = f"{expected}" if seq == expected + 1 else f"{expected} to {seq - 1}"
            yield f"log seq {seq}: expected seq {expected}; {missing} missing or moved"
        elif seq < expected:
            yield f"log seq {seq}: expected seq {expected}; it stands in another place"
        seen.add(seq)
        if entry_hash(previous, entry) != entry["hash"]:
            yield f"log seq {seq}: hash does not match its content and predecessor"
        if entry["at_ms"] < at_ms:
            yield f"log seq {seq}: its moment is earlier than that of the entry before it"
        if session is not None and entry["session"] != session:
            yield f"log seq {seq}: belongs to another session"
        if expected == 1 and entry["kind"] != "session.opened":
            yield f"log seq {seq}: a log begins with session.opened"
        session = entry["session"]
        previous, expected, at_ms = entry["hash"], max(expected, seq + 1), entry["at_ms"]
    if not seen:
        yield "log: empty"
    if head is not None and previous != head:
        yield f"log seq {expected}: log does not end at the recorded head"


def _shape_fault(entry: Any) -> str:
    if not isinstance(entry, dict) or set(entry) != {*LINKED, "hash"}:
        return "not a log entry"
    texts = all(isinstance(entry[name], str) for name in ("session", "kind", "actor", "hash"))
    numbers = all(type(entry[name]) is int for name in ("seq", "at_ms"))
    if not texts or not numbers or not isinstance(entry["data"], dict):
        return "a field is of another type"
    if len(entry["hash"]) != 64 or set(entry["hash"]) - set("0123456789abcdef"):
        return "its hash is no SHA-256"
    try:
        canonical(entry)
    except NotJson as error:
        return f"not canonical JSON ({error})"
    return ""


SEAL_TYPES = {"seq": int, "head": str, "kid": str, "jws": str, "sealed_at": int}
SEAL_FIELDS = {"session", "seq", "head", "t0", "duration_ms", "sealed_at"}


def _seal_faults(proof: Proof, report: Report) -> Iterator[str]:
    story = report.story
    if story.sealed and not proof.seals:
        yield "seal: the session is sealed, but there is no seal"
    logged = {item.get("seq"): item for item in story.sealed}
    earlier_seq, earlier_at = 0, 0
    for seal in proof.seals:
        row = seal if isinstance(seal, dict) else {}
        name = f"seal at seq {row.get('seq')}"
        if {part: type(value) for part, value in row.items()} != SEAL_TYPES:
            yield f"{name}: not a seal"
            continue
        try:
            kid, signed = opened_jws(row["jws"], report.keys)
        except Unsigned as error:
            yield f"{name}: signature does not hold ({error})"
            logged.pop(row["seq"], None)
            continue
        yield from _signed_faults(name, {**row, "kid": kid}, row, signed, report)
        entry = logged.pop(row["seq"], None)
        if entry is None:
            yield f"{name}: no session.sealed entry of the log speaks of it"
        elif {**entry, "entry": 0} != {
            "head": row["head"],
            "seq": row["seq"],
            "kid": kid,
            "entry": 0,
        }:
            yield f"{name}: is not as the log says at seq {entry['entry']}"
        if row["seq"] <= earlier_seq:
            yield f"{name}: seals do not stand in order"
        if row["sealed_at"] < earlier_at:
            yield f"{name}: is older than the seal before it"
        earlier_seq, earlier_at = row["seq"], row["sealed_at"]
    for seq, entry in logged.items():
        if proof.seals:
            yield f"seal at seq {seq}: the log speaks of it at seq {entry['entry']}, it is missing"
    _note_tail(report, earlier_seq)


def _signed_faults(
    name: str, right: Entry, row: Entry, signed: dict[str, Any], report: Report
) -> Iterator[str]:
    if set(signed) != SEAL_FIELDS or type(signed["seq"]) is not int:
        yield f"{name}: what was signed is no head of a session"
        return
    expected = {
        "session": report.story.session,
        "seq": row["seq"],
        "head": report.hashes.get(signed["seq"]),
        "t0": report.story.t0,
        "duration_ms": report.story.duration_ms,
        "sealed_at": row["sealed_at"],
    }
    for part, value in expected.items():
        if signed[part] != value:
            yield f"{name}: {part} is not what was signed"
    for part in ("head", "kid"):
        if row[part] != {"head": signed["head"], "kid": right["kid"]}[part]:
            yield f"{name}: its {part} is not the signed one"


def _note_tail(report: Report, sealed_seq: int) -> None:
    """What no seal covers yet; entries that speak of a seal cannot be under it."""
    story = report.story
    about_seals = {item["entry"] for item in (*story.sealed, *story.anchored)}
    open_end = [seq for seq in report.hashes if seq > sealed_seq and seq not in about_seals]
    if sealed_seq and open_end:
        report.notes.append(
            f"{len(open_end)} entries, the last of them seq {max(open_end)}, came after the last "
            f"seal (seq {sealed_seq})"
        )
    if not sealed_seq and not story.sealed:
        report.notes.append("this session is not sealed yet")


def _unused_keys(proof: Proof, report: Report) -> Iterator[str]:
    used = {str(seal.get("kid")) for seal in proof.seals if isinstance(seal, dict)}
    for kid in report.keys:
        if kid not in used and kid not in proof.signers:
            yield f"key {kid}: signed nothing here"


def _file_faults(proof: Proof, report: Report) -> Iterator[str]:
    expected = report.story.files
    for path, kept in expected.items():
        opener = proof.files.get(path)
        if kept.erased:
            if opener is not None and _content_fault(opener, kept) == "":
                yield f"{kept.label}: erased by {kept.erased} says the log, but it is still here"
            else:
                report.notes.append(f"{kept.label}: erased by {kept.erased}, chain valid")
        elif opener is None:
            yield f"{kept.label}: logged at seq {kept.seq}, not kept"
        else:
            fault = _content_fault(opener, kept)
            if fault:
                yield f"{kept.label}: {fault}"
    for path in sorted(set(proof.files) - set(expected)):
        yield f"{label_of(path)}: kept, but not in the log"


def _content_fault(opener: Opener, kept: Kept) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with opener() as file:
            for block in iter(lambda: file.read(CHUNK), b""):
                digest.update(block)
                size += len(block)
    except Exception as error:
        return f"cannot be read ({type(error).__name__}: {str(error)[:80]})"
    if digest.hexdigest() == kept.sha256:
        return ""
    if kept.bytes is not None and size != kept.bytes:
        return f"bytes do not have the logged hash: {size} of {kept.bytes} bytes are here"
    return "bytes do not have the logged hash"


def label_of(path: str) -> str:
    """``segment S/3`` for ``media/S/000003.webm``: how sentences name a file."""
    parts = path.split("/")
    stem = parts[-1].rsplit(".", 1)[0]
    if parts[0] == "media" and len(parts) == 3:
        return f"segment {parts[1]}/{stem.lstrip('0') or '0'}"
    if parts[0] == "evidence" and len(parts) == 2:
        return f"evidence {stem}"
    return f"file {path}"


def _paper_faults(proof: Proof, report: Report) -> Iterator[str]:
    """A decision stands on a printed berita acara; a time stamp on a seal."""
    printed = [form["sha256"] for form in report.story.forms]
    for decision in report.story.decisions:
        if decision.get("sha256") not in printed:
            yield f"decision at seq {decision['entry']}: no issued form has its hash"
    texts = {str(s.get("seq")): str(s.get("jws")) for s in proof.seals if isinstance(s, dict)}
    for anchor in report.story.anchored:
        opener = proof.files.get(anchor_path(anchor["entry"]))
        text = texts.get(str(anchor["seq"]))
        if opener is None:
            continue
        if text is None:
            yield f"time stamp of seq {anchor['entry']}: stamps a seal that is not there"
            continue
        try:
            with opener() as file:
                stamped, gen_time = stamp_of(file.read(CHUNK))
        except Exception as error:
            yield f"time stamp of seq {anchor['entry']}: cannot be read ({error})"
            continue
        if stamped != hashlib.sha256(text.encode()).digest():
            yield f"time stamp of seq {anchor['entry']}: stamps something else than the seal"
        if gen_time != anchor.get("gen_time"):
            yield f"time stamp of seq {anchor['entry']}: its moment is not the logged one"


def manifest_faults(right: dict[str, Any], found: Any) -> Iterator[str]:
    """Where ``found`` says something else than the log does."""
    if not isinstance(found, dict):
        yield "manifest: not a manifest"
        return
    named = False
    for fault in _manifest_differences(right, found):
        named = True
        yield fault
    if not named and canonical(right) != _canonical_or_nothing(found):
        yield "manifest: not in the order that the log gives, or with more than it gives"


def _canonical_or_nothing(value: Any) -> bytes:
    try:
        return canonical(value)
    except NotJson:
        return b""


def _manifest_differences(right: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name in ("session", "t0", "duration_ms", "sealed_head"):
        if right[name] != found.get(name, "absent"):
            yield f"manifest: {name} is not as logged"
    plain = [{**row, "segments": 0} for row in right["streams"]]
    streams = _rows(found.get("streams"))
    yield from _row_faults(
        "stream", plain, [{**row, "segments": 0} for row in streams], ("stream",)
    )
    held = {str(row.get("stream")): _rows(row.get("segments")) for row in streams}
    for row in right["streams"]:
        name = f"segment {row['stream']}/"
        yield from _row_faults(name, row["segments"], held.get(row["stream"], []), ("index",))
    gap_key = ("stream", "start_ms", "end_ms")
    yield from _row_faults("gap", right["gaps"], _rows(found.get("gaps")), gap_key)
    yield from _row_faults(
        "evidence", right["evidence"], _rows(found.get("evidence")), ("evidence",)
    )
    yield from _row_faults("form of seq", right["forms"], _rows(found.get("forms")), ("seq",))


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _row_faults(
    what: str, right: list[dict[str, Any]], found: list[dict[str, Any]], key: tuple[str, ...]
) -> Iterator[str]:
    def name(row: dict[str, Any]) -> str:
        label = "-".join(str(row.get(part)) for part in key)
        return f"manifest: {what}{'' if what.endswith('/') else ' '}{label}"

    expected = {name(row): row for row in right}
    held = {name(row): row for row in found}
    for label, row in expected.items():
        if label not in held:
            yield f"{label}: logged, but not listed"
            continue
        for part in sorted({*row, *held[label]}):
            if row.get(part, "absent") != held[label].get(part, "absent"):
                yield f"{label}: {part} is not as logged"
    for label in held:
        if label not in expected:
            yield f"{label}: listed, but not in the log"
    if len(held) != len(found):
        yield f"manifest: {what.rstrip('/')}: listed twice"


# A time-stamp token is ASN.1; only what is stamped and when is read here. Whether the authority
# signed it is for `openssl ts -verify` with the authority's certificate (see BACA-SAYA.txt).


def stamp_of(token: bytes) -> tuple[bytes, str]:
    """The stamped SHA-256 and the moment (``2026-03-04T02:00:00Z``) of an RFC 3161 response."""
    place = token.find(TST_INFO)
    if place < 0:
        raise ValueError("no time stamp")
    explicit = _first(token[place + len(TST_INFO) :])
    fields = list(_der(_first(_first(explicit))))
    imprint = list(_der(fields[2][1]))
    (moment,) = [value.decode("ascii") for tag, value in fields if tag == 0x18]
    day, clock = moment[:8], moment[8:]
    return (
        imprint[1][1],
        f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}",
    )


TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")  # id-ct-TSTInfo


def _first(raw: bytes) -> bytes:
    return next(_der(raw))[1]


def _der(raw: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 2 <= len(raw):
        tag, length = raw[place], raw[place + 1]
        place += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(raw[place : place + count], "big")
            place += count
        if place + length > len(raw):
            raise ValueError("a torn time stamp")
        yield tag, raw[place : place + length]
        place += length


# ---------------------------------------------------------------- reading a capsule

LOGGED_FOLDERS = ("media/", "evidence/", "identity/", "forms/", "ujian/", "anchors/")
CONTENTS = "contents.jws"


class Capsule(Protocol):
    """Files by ``/``-separated names."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> BinaryIO: ...


class Folder:
    """An unpacked capsule."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        found = (path for path in self.root.rglob("*") if not path.is_dir())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")


class Zip:
    """A capsule as it was handed out."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        return [name for name in self.archive.namelist() if not name.endswith("/")]

    def open(self, name: str) -> BinaryIO:
        return cast("BinaryIO", self.archive.open(name))


class Reader:
    """Reads the documents of a capsule and remembers what is wrong with them."""

    def __init__(self, capsule: Capsule) -> None:
        self.capsule = capsule
        self.names = capsule.names()
        self.faults: list[str] = []
        for name in sorted(set(self.names)):
            if self.names.count(name) > 1:
                self.faults.append(f"file {name}: stands in the zip twice")

    def raw(self, name: str) -> bytes:
        """The bytes of ``name``; none, and a fault, when it cannot be read."""
        if name not in self.names:
            self.faults.append(f"file {name}: missing")
            return b""
        try:
            with self.capsule.open(name) as file:
                return file.read()
        except Exception as error:
            self.faults.append(f"file {name}: cannot be read ({type(error).__name__})")
            return b""

    def document(self, name: str) -> Any:
        """The value of a JSON document; None, and a fault, for anything else."""
        raw = self.raw(name)
        if not raw:
            return None
        try:
            return parsed(raw)
        except NotJson as error:
            self.faults.append(f"file {name}: cannot be understood ({error})")
            return None

    def log(self) -> list[Any]:
        """The entries in the order of their lines; a line that is none is named."""
        lines = self.raw("log.jsonl").split(b"\n")
        if lines.pop() != b"":
            self.faults.append("file log.jsonl: ends in the middle of a line")
        entries = []
        for number, line in enumerate(lines, 1):
            try:
                entries.append(parsed(line))
            except NotJson as error:
                self.faults.append(f"log line {number}: cannot be understood ({error})")
        return entries

    def listed(self, name: str, member: str = "") -> list[Any]:
        """A document that is a list, or has one as its ``member``."""
        value = self.document(name)
        if value is None:
            return []
        if member:
            value = value.get(member) if isinstance(value, dict) and set(value) == {member} else ()
        if isinstance(value, list):
            return value
        self.faults.append(f"file {name}: not a list")
        return []


def checked_capsule(capsule: Capsule) -> Report:
    """Everything that a capsule claims, computed again."""
    reader = Reader(capsule)
    proof = Proof(
        log=reader.log(),
        manifest=reader.document("manifest.json"),
        seals=reader.listed("seals.json"),
        keys=reader.listed("jwks.json", "keys"),
        files={
            name: _opener(capsule, name) for name in reader.names if name.startswith(LOGGED_FOLDERS)
        },
    )
    contents = reader.raw(CONTENTS)
    signed: dict[str, Any] = {}
    if contents:
        try:
            text = contents.decode("ascii", "replace")
            kid, signed = opened_jws(text, public_keys(proof.keys)[0])
            proof.signers = frozenset({kid})
        except Unsigned as error:
            reader.faults.append(f"file {CONTENTS}: signature does not hold ({error})")
    if isinstance(signed.get("head"), str):
        proof.head = signed["head"]
    report = checked(proof)
    if signed:
        reader.faults += _contents_faults(reader, signed, report)
    report.faults[:0] = reader.faults
    return report


def _opener(capsule: Capsule, name: str) -> Opener:
    return lambda: capsule.open(name)


def _contents_faults(reader: Reader, signed: dict[str, Any], report: Report) -> Iterator[str]:
    """What differs from the list that was signed when the capsule was made.

    Media and papers are left to the log, which says more of them.
    """
    listed = signed.get("files")
    named = {"capsule", "session", "seq", "head", "exported_at", "files"}
    if set(signed) != named or not isinstance(listed, dict) or type(signed["seq"]) is not int:
        yield f"file {CONTENTS}: not the list of a capsule"
        return
    if signed["session"] != report.story.session:
        yield f"file {CONTENTS}: is the list of another session"
    if report.hashes.get(signed["seq"]) != signed["head"]:
        yield f"log: entry {signed['seq']} is not the head that was signed when this was exported"
    if signed["seq"] != max(report.hashes, default=0):
        yield f"log: ends at seq {max(report.hashes, default=0)}, exported were {signed['seq']}"
    for name in sorted({*listed, *reader.names} - {CONTENTS}):
        if name.startswith(LOGGED_FOLDERS):
            continue
        if name not in reader.names:
            yield f"file {name}: missing"
        elif name not in listed:
            yield f"file {name}: was not in the capsule when it was made"
        else:
            right = listed[name]
            kept = Kept(name, 0, str(right.get("sha256")), right.get("bytes"), "")
            if _content_fault(_opener(reader.capsule, name), kept):
                yield f"file {name}: altered since the capsule was made"


def found_capsule(where: Path) -> Capsule:
    """The capsule at ``where``, a zip or a folder. Raises ``OSError`` or ``BadZipFile``."""
    return Folder(where) if where.is_dir() else Zip(where)


# ---------------------------------------------------------------- receipt and command


def fingerprint(head: str) -> str:
    """The short form of a head for eyes: ``3fa9-12bc-77d0-e41b``, its first 64 bits."""
    return "-".join(head[place : place + 4] for place in range(0, 16, 4))


def receipt_fault(text: str, report: Report, heads: Iterable[str]) -> str:
    """Empty when the receipt speaks of this very log.

    ``text`` is the signed text of the QR code (also inside its address), a head, or a short form.
    """
    bare = text.strip().rsplit("=", 1)[-1]
    if bare.count(".") == 2:
        try:
            _kid, signed = opened_jws(bare, report.keys)
        except Unsigned as error:
            return f"receipt: signature does not hold ({error})"
        if signed.get("session") != report.story.session:
            return "receipt: is of another session"
        if report.hashes.get(signed.get("seq", 0)) != signed.get("head"):
            return f"receipt: the log holds another entry at seq {signed.get('seq')}"
        return ""
    digits = "".join(bare.split()).replace("-", "").lower()
    if len(digits) < 16 or not any(head.startswith(digits) for head in heads):
        return "receipt: no sealed head of this capsule is the one on the receipt"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 everything holds, 1 something does not, 2 there is no capsule."""
    parser = argparse.ArgumentParser(description="Checks a session's capsule.")
    parser.add_argument("capsule", nargs="?", type=Path, help="zip or folder; default: beside me")
    parser.add_argument("--receipt", help="signed text, head or short head of the asesi's receipt")
    chosen = parser.parse_args(arguments)
    where = chosen.capsule or Path(__file__).resolve().parent
    try:
        capsule = found_capsule(where)
    except (OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{where}: no capsule ({error})\n")
        return 2
    report = checked_capsule(capsule)
    if chosen.receipt:
        heads = [str(item.get("head")) for item in report.story.sealed]
        fault = receipt_fault(chosen.receipt, report, heads)
        report.faults += [fault] if fault else []
    sys.stdout.write("\n".join(_words(report)) + "\n")
    return 1 if report.faults else 0


def _words(report: Report) -> Iterator[str]:
    story = report.story
    segments = sum(len(row["segments"]) for row in story.streams.values())
    yield (
        f"session {story.session}: {len(report.hashes)} log entries, {segments} segments, "
        f"{len(story.evidence)} pieces of evidence, {len(story.forms)} forms, "
        f"{len(story.sealed)} seals"
    )
    for item in story.sealed:
        head = str(item.get("head"))
        place, kid = item.get("seq"), item.get("kid")
        yield f"sealed head: seq {place}, {fingerprint(head)} ({head}), key {kid}"
    yield from (f"note: {note}" for note in report.notes)
    yield from report.faults
    if report.faults:
        yield f"{len(report.faults)} fault(s): this is not what was sealed."
        yield f"{len(report.faults)} kejanggalan: ini bukan yang disegel."
    else:
        yield "everything holds; compare the sealed head with the asesi's receipt."
        yield "Semuanya cocok; bandingkan sidik kepala di atas dengan tanda terima asesi."


if __name__ == "__main__":
    sys.exit(main())
