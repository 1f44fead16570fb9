"""Format AJJ1: a file sealed in chunks that can be read from any place, and cannot be cut unseen.

::

    header  magic "AJJ1" · version (1 byte, 1) · chunk size (u32) · key id (16) · nonce prefix (8)
    chunk i AES-256-GCM(key, nonce = prefix ‖ i as u32, aad = header ‖ last?) of up to 64 KiB

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the number of a chunk is part
of its nonce and whether it is the last one part of its associated data, so a chunk that was
changed, moved, dropped or added fails, and so does a file that ends early. There is always at
least one chunk, the last one may be empty. All integers are big-endian.

Keys are 32 bytes. A nonce prefix must be random and new for every file of one key.
"""

import io
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = b"AJJ1"
VERSION = 1
CHUNK = 64 * 1024
TAG = 16
KEY_BYTES = 32
KEY_ID_BYTES = 16
PREFIX_BYTES = 8
LAYOUT = struct.Struct(f">4sBI{KEY_ID_BYTES}s{PREFIX_BYTES}s")
HEADER = LAYOUT.size
LARGEST_CHUNK = 16 * 1024 * 1024
MOST_CHUNKS = 2**32
KEPT_CHUNKS = 4


class BoxError(OSError):
    """The bytes are not a box of this key that nobody touched; ``args[0]`` says what is wrong."""


@dataclass(frozen=True)
class Header:
    """What a box says of itself in the clear."""

    key_id: bytes
    prefix: bytes
    chunk: int = CHUNK

    def pack(self) -> bytes:
        """The header's 33 bytes."""
        return LAYOUT.pack(MAGIC, VERSION, self.chunk, self.key_id, self.prefix)

    @classmethod
    def parse(cls, raw: bytes) -> "Header":
        """Raises ``BoxError`` for anything but a header that this version knows."""
        if len(raw) < HEADER:
            raise BoxError("the box ends within its header")
        magic, version, chunk, key_id, prefix = LAYOUT.unpack(raw[:HEADER])
        if magic != MAGIC:
            raise BoxError("this is not a sealed box")
        if version != VERSION:
            raise BoxError(f"sealed box of version {version}")
        if not 1 <= chunk <= LARGEST_CHUNK:
            raise BoxError(f"chunk size {chunk}")
        return cls(key_id, prefix, chunk)


def is_box(head: bytes) -> bool:
    """Whether a file that begins with ``head`` claims to be a box."""
    return head.startswith(MAGIC)


def sealed_size(size: int, chunk: int = CHUNK) -> int:
    """How many bytes the box of ``size`` bytes has."""
    return HEADER + size + TAG * _chunks(size, chunk)


def _chunks(size: int, chunk: int) -> int:
    return max(1, -(-size // chunk))


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def seal(source: BinaryIO, *, key: bytes, header: Header) -> Iterator[bytes]:
    """The box around everything that ``source`` still gives, piece by piece.

    Holds two chunks at a time: one is known to be the last only when nothing follows it.
    """
    cipher, head = AESGCM(key), header.pack()
    yield head
    ahead = _full(source, header.chunk)
    for number in range(MOST_CHUNKS):
        chunk, ahead = ahead, _full(source, header.chunk)
        last = not ahead
        yield cipher.encrypt(_nonce(header.prefix, number), chunk, head + bytes([last]))
        if last:
            return
    raise BoxError("too large for one box")


def _full(source: BinaryIO, size: int) -> bytes:
    """``size`` bytes, fewer only at the end of ``source``."""
    got = source.read(size)
    if len(got) in {0, size}:
        return got
    parts = [got]
    left = size - len(got)
    while left and (got := source.read(left)):
        parts.append(got)
        left -= len(got)
    return b"".join(parts)


class _Sealing(io.RawIOBase):
    """The pieces of a box as a raw stream: read once, from the start to the end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        into = memoryview(buffer).cast("B")
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        taken = min(len(into), len(self._left))
        into[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken


class _Opened(io.RawIOBase):
    """The plaintext of a box; decrypts the chunks that are asked for, and keeps the last few."""

    def __init__(self, source: BinaryIO, *, key: bytes, header: Header, length: int) -> None:
        super().__init__()
        self._source, self._header, self._head = source, header, header.pack()
        self._cipher = AESGCM(key)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        body = length - HEADER
        self._count = _chunks(body, header.chunk + TAG)
        self._size = body - TAG * self._count
        if self._size < 0 or (body - (self._count - 1) * (header.chunk + TAG)) < TAG:
            raise BoxError("the box ends within a chunk")
        self._at = 0
        # The length is only what the storage says; the mark on the last chunk proves it.
        self._chunk(self._count - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        into = memoryview(buffer).cast("B")
        done = 0
        while done < len(into) and self._at < self._size:
            number, skip = divmod(self._at, self._header.chunk)
            piece = memoryview(self._chunk(number))[skip : skip + len(into) - done]
            into[done : done + len(piece)] = piece
            done += len(piece)
            self._at += len(piece)
        return done

    def readall(self) -> bytes:
        into = bytearray(max(0, self._size - self._at))
        self.readinto(into)
        return bytes(into)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        last = number == self._count - 1
        self._source.seek(HEADER + number * (self._header.chunk + TAG))
        sealed = _full(self._source, self._header.chunk + TAG)
        try:
            plain = self._cipher.decrypt(
                _nonce(self._header.prefix, number), sealed, self._head + bytes([last])
            )
        except InvalidTag:
            what = "the last chunk" if last else f"chunk {number}"
            raise BoxError(f"{what} is not what was sealed") from None
        self._kept[number] = plain
        if len(self._kept) > KEPT_CHUNKS:
            self._kept.popitem(last=False)
        return plain


def sealing(source: BinaryIO, *, key: bytes, header: Header) -> BinaryIO:
    """The box around the rest of ``source``, as a file to read from once (not seekable)."""
    return io.BufferedReader(_Sealing(seal(source, key=key, header=header)), header.chunk + TAG)


def opened(source: BinaryIO, *, key_of: Callable[[bytes], bytes]) -> BinaryIO:
    """The plaintext of the box in the seekable ``source``, as a seekable file that owns it.

    ``key_of`` gives the key for the header's key id. Raises ``BoxError`` for what is no box and
    for one that was cut short or does not open with that key; reading raises it for a chunk that
    is not what was sealed.
    """
    length = source.seek(0, io.SEEK_END)
    source.seek(0)
    header = Header.parse(_full(source, HEADER))
    raw = _Opened(source, key=key_of(header.key_id), header=header, length=length)
    return io.BufferedReader(raw, header.chunk)
