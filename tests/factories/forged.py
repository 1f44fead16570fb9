"""Random forgeries of a capsule, as somebody without the signing key can make them.

A capsule is a plain ``{name: bytes}``. Each forgery changes a copy and returns words of which one
must stand in the checker's sentences.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, BinaryIO

from recordings.capsule import verify as checker

Files = dict[str, bytes]
Words = tuple[str, ...]
Forgery = Callable[[Files, Random], Words]


@dataclass
class InMemory:
    """A capsule for the checker that lies nowhere."""

    files: Files

    def names(self) -> list[str]:
        return list(self.files)

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.files[name])


def flipped(body: bytes, rng: Random) -> bytes:
    """One bit of ``body`` is another one."""
    place = rng.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << rng.randrange(8))]) + body[place + 1 :]


def lines(files: Files) -> list[bytes]:
    return files["log.jsonl"].splitlines(keepends=True)


def relinked(entries: list[dict[str, Any]]) -> bytes:
    """A log whose every hash fits: what a forger with a computer would leave."""
    previous = checker.GENESIS
    for entry in entries:
        entry["hash"] = previous = checker.entry_hash(previous, entry)
    return b"".join(checker.canonical(entry) + b"\n" for entry in entries)


def entries_of(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(files)]


def log_flip(files: Files, rng: Random) -> Words:
    files["log.jsonl"] = flipped(files["log.jsonl"], rng)
    return ("log",)


def log_drop(files: Files, rng: Random) -> Words:
    rows = lines(files)
    del rows[rng.randrange(len(rows))]
    files["log.jsonl"] = b"".join(rows)
    return ("log",)


def log_swap(files: Files, rng: Random) -> Words:
    rows = lines(files)
    one, two = rng.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    files["log.jsonl"] = b"".join(rows)
    return ("log seq",)


def log_repeat(files: Files, rng: Random) -> Words:
    rows = lines(files)
    rows.insert(rng.randrange(len(rows)), rng.choice(rows))
    files["log.jsonl"] = b"".join(rows)
    return ("stands there twice", "log seq")


def log_truncate(files: Files, rng: Random) -> Words:
    rows = lines(files)
    files["log.jsonl"] = b"".join(rows[: rng.randrange(len(rows))])
    return ("log",)


def log_torn(files: Files, rng: Random) -> Words:
    body = files["log.jsonl"]
    files["log.jsonl"] = body[: rng.randrange(1, len(body))]
    return ("log",)


def log_insert(files: Files, rng: Random) -> Words:
    rows = entries_of(files)
    place = rng.randrange(1, len(rows))
    forged = {**rows[place], "kind": "chat", "data": {"text": "tidak pernah dikatakan"}}
    rows.insert(place, forged)
    files["log.jsonl"] = b"".join(checker.canonical(row) + b"\n" for row in rows)
    return ("log seq",)


def log_rewritten(files: Files, rng: Random) -> Words:
    """One entry says something else and the whole tail is hashed anew."""
    rows = entries_of(files)
    entry = rng.choice(rows)
    entry["data"] = {**entry["data"], "catatan": "diubah"}
    files["log.jsonl"] = relinked(rows)
    return ("head", "signed", "not as logged")


def log_shortened(files: Files, rng: Random) -> Words:
    """An entry is gone, the rest numbered and hashed anew."""
    rows = entries_of(files)
    del rows[rng.randrange(1, len(rows))]
    for seq, row in enumerate(rows, 1):
        row["seq"] = seq
    files["log.jsonl"] = relinked(rows)
    return ("head", "signed", "sealed")


def log_cut_and_bent(files: Files, rng: Random) -> Words:
    """The tail is gone; manifest, seals and viewer data are made to fit what is left."""
    rows = entries_of(files)
    rows = rows[: rng.randrange(1, len(rows))]
    files["log.jsonl"] = relinked(rows)
    last = rows[-1]["seq"]
    seals = [seal for seal in json.loads(files["seals.json"]) if seal["seq"] < last]
    story = checker.told(rows)
    files["seals.json"] = checker.canonical(seals)
    files["manifest.json"] = checker.canonical(checker.manifest_of(story, seals))
    for name in list(files):
        if name.startswith(checker.LOGGED_FOLDERS) and name not in story.files:
            del files[name]
    return ("head", "log: ends")


def one_of(prefix: str, files: Files, rng: Random) -> str:
    return rng.choice(sorted(name for name in files if name.startswith(prefix)))


def _label(path: str) -> Words:
    if path.startswith("forms/"):
        return ("form ",)
    return (checker.label_of(path),)


def kept_flip(prefix: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        name = one_of(prefix, files, rng)
        files[name] = flipped(files[name], rng)
        return _label(name)

    return forge


def kept_cut(prefix: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        name = one_of(prefix, files, rng)
        files[name] = files[name][: rng.randrange(len(files[name]))]
        return _label(name)

    return forge


def kept_drop(prefix: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        name = one_of(prefix, files, rng)
        del files[name]
        return _label(name)

    return forge


def kept_swap(prefix: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        one, two = rng.sample(sorted(name for name in files if name.startswith(prefix)), 2)
        files[one], files[two] = files[two], files[one]
        return _label(one)

    return forge


def kept_extra(prefix: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        files[f"{prefix}{rng.randrange(10**6)}.bin"] = b"tidak pernah dikirim"
        return ("not in the log",)

    return forge


def manifest_value(files: Files, rng: Random) -> Words:
    """A number or word of the manifest is another one."""
    manifest = json.loads(files["manifest.json"])
    place, key = rng.choice(list(_leaves(manifest)))
    place[key] = place[key] + 1 if isinstance(place[key], int) else f"{place[key]}x"
    files["manifest.json"] = checker.canonical(manifest)
    return ("manifest: ",)


def _leaves(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        if isinstance(item, dict | list):
            yield from _leaves(item)
        else:
            yield value, key


def manifest_rows(files: Files, rng: Random) -> Words:
    """A row of the manifest is gone, twice there, or in another place."""
    manifest = json.loads(files["manifest.json"])
    lists = [manifest["streams"], manifest["evidence"], manifest["forms"], manifest["gaps"]]
    lists += [stream["segments"] for stream in manifest["streams"]]
    rows = rng.choice([one for one in lists if len(one) > 1])
    deed = rng.randrange(3)
    if deed == 0:
        rows.pop(rng.randrange(len(rows)))
    elif deed == 1:
        rows.append(dict(rng.choice(rows)))
    else:
        rows.append(rows.pop(rng.randrange(len(rows) - 1)))
    files["manifest.json"] = checker.canonical(manifest)
    return ("manifest: ",)


def document_flip(name: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        files[name] = flipped(files[name], rng)
        # A flipped key also unsigns the list that would name its file.
        return (f"file {name}", "key 1", "key 2")

    return forge


def document_drop(name: str) -> Forgery:
    def forge(files: Files, rng: Random) -> Words:
        del files[name]
        return (f"file {name}: missing",)

    return forge


def seal_value(files: Files, rng: Random) -> Words:
    seals = json.loads(files["seals.json"])
    seal = rng.choice(seals)
    key = rng.choice(["seq", "head", "kid", "jws", "sealed_at"])
    seal[key] = seal[key] + 1 if isinstance(seal[key], int) else f"{seal[key]}x"
    files["seals.json"] = checker.canonical(seals)
    return ("seal at seq",)


def seal_rows(files: Files, rng: Random) -> Words:
    seals = json.loads(files["seals.json"])
    deed = rng.randrange(3)
    if deed == 0:
        seals.pop(rng.randrange(len(seals)))
    elif deed == 1:
        seals.reverse()
    else:
        seals.append(rng.choice(seals))
    files["seals.json"] = checker.canonical(seals)
    return ("seal",)


def key_value(files: Files, rng: Random) -> Words:
    keys = json.loads(files["jwks.json"])
    key = rng.choice(keys["keys"])
    part = rng.choice(sorted(key))
    key[part] = checker.thumbprint(str(rng.random())) if part in {"x", "kid"} else f"{key[part]}x"
    files["jwks.json"] = checker.canonical(keys)
    return ("key",)


def key_rows(files: Files, rng: Random) -> Words:
    keys = json.loads(files["jwks.json"])
    if rng.randrange(2):
        keys["keys"].pop(rng.randrange(len(keys["keys"])))
    else:
        keys["keys"].append(rng.choice(keys["keys"]))
    files["jwks.json"] = checker.canonical(keys)
    return ("key",)


def file_extra(files: Files, rng: Random) -> Words:
    files[f"viewer/{rng.randrange(10**6)}.js"] = b"alert(1)"
    return ("was not in the capsule",)


FORGERIES: dict[str, Forgery] = {
    "log: flip a bit": log_flip,
    "log: drop an entry": log_drop,
    "log: swap two entries": log_swap,
    "log: repeat an entry": log_repeat,
    "log: cut the tail": log_truncate,
    "log: tear the file": log_torn,
    "log: insert an entry": log_insert,
    "log: change one, hash the tail anew": log_rewritten,
    "log: remove one, number and hash anew": log_shortened,
    "log: cut, hash anew, bend the rest to fit": log_cut_and_bent,
    **{
        f"{prefix} {name}": make(prefix)
        for prefix in ("media/", "evidence/", "forms/")
        for name, make in (
            ("flip a bit", kept_flip),
            ("truncate", kept_cut),
            ("drop", kept_drop),
            ("swap two", kept_swap),
            ("add one", kept_extra),
        )
    },
    "manifest: change a value": manifest_value,
    "manifest: drop, repeat or move a row": manifest_rows,
    **{
        f"{name}: flip a bit": document_flip(name)
        for name in (
            "manifest.json",
            "seals.json",
            "jwks.json",
            "contents.jws",
            "session.json",
            "data.js",
            "index.html",
            "verify.py",
        )
    },
    **{
        f"{name}: remove": document_drop(name)
        for name in ("manifest.json", "seals.json", "jwks.json", "contents.jws", "log.jsonl")
    },
    "seals: change a value": seal_value,
    "seals: drop, repeat or reverse": seal_rows,
    "keys: change a member": key_value,
    "keys: drop or repeat": key_rows,
    "another file in the zip": file_extra,
}
