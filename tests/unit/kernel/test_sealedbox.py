"""The sealed box: whatever goes in comes out from any place, and nothing changes unseen."""

import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.sealedbox import (
    HEADER,
    TAG,
    BoxError,
    Header,
    is_box,
    opened,
    seal,
    sealed_size,
    sealing,
)

KEY, KEY_ID, PREFIX = b"k" * 32, b"i" * 16, b"p" * 8
CHUNK = 16


class Dribble(io.RawIOBase):
    """A source that gives what it likes at a time."""

    def __init__(self, body: bytes, step: int) -> None:
        super().__init__()
        self.body, self.step = body, step

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        taken = min(self.step, size)
        out, self.body = self.body[:taken], self.body[taken:]
        return out


def boxed(body: bytes, *, key: bytes = KEY, chunk: int = CHUNK) -> bytes:
    return b"".join(seal(io.BytesIO(body), key=key, header=Header(KEY_ID, PREFIX, chunk)))


def unboxed(box: bytes, key: bytes = KEY) -> bytes:
    with opened(io.BytesIO(box), key_of=lambda _key_id: key) as file:
        return file.read()


@given(body=st.binary(max_size=400), chunk=st.integers(1, 70), step=st.integers(1, 90))
def test_any_bytes_come_back_however_they_arrived(body, chunk, step):
    box = sealing(
        cast("BinaryIO", Dribble(body, step)), key=KEY, header=Header(KEY_ID, PREFIX, chunk)
    ).read()
    assert box == boxed(body, chunk=chunk)
    assert len(box) == sealed_size(len(body), chunk)
    assert is_box(box)
    assert unboxed(box) == body


@given(
    body=st.binary(max_size=200),
    reads=st.lists(st.tuples(st.integers(0, 240), st.integers(0, 240)), max_size=6),
)
def test_any_range_reads_as_of_the_plain_file(body, reads):
    plain = io.BytesIO(body)
    with opened(io.BytesIO(boxed(body)), key_of=lambda _key_id: KEY) as file:
        for first, length in reads:
            assert file.seek(first) == plain.seek(first)
            assert file.read(length) == plain.read(length)
            assert file.tell() == plain.tell()
        assert file.seek(0, io.SEEK_END) == len(body)
        assert file.read() == b""


@given(body=st.binary(max_size=80), data=st.data())
def test_every_flipped_bit_is_found(body, data):
    box = bytearray(boxed(body))
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BoxError):
        unboxed(bytes(box))


@given(body=st.binary(max_size=120), data=st.data())
def test_every_truncation_is_found_before_a_byte_is_read(body, data):
    box = boxed(body)
    cut = data.draw(st.integers(0, len(box) - 1))
    with pytest.raises(BoxError):
        opened(io.BytesIO(box[:cut]), key_of=lambda _key_id: KEY)


@given(st.binary(min_size=CHUNK + 1, max_size=120), st.data())
def test_moved_dropped_repeated_and_added_chunks_are_found(body, data):
    box = boxed(body)
    step = CHUNK + TAG
    chunks = [box[at : at + step] for at in range(HEADER, len(box), step)]
    one = data.draw(st.integers(0, len(chunks) - 1))
    other = data.draw(st.integers(0, len(chunks) - 1).filter(lambda index: index != one))
    swapped = list(chunks)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    dropped = chunks[:one] + chunks[one + 1 :]
    for changed in (swapped, dropped, [*chunks, chunks[one]], [chunks[one], *chunks]):
        with pytest.raises(BoxError):
            unboxed(box[:HEADER] + b"".join(changed))


def test_another_key_and_another_file_of_the_same_key_do_not_fit():
    with pytest.raises(BoxError, match="the last chunk"):
        unboxed(boxed(b"rekaman"), key=b"K" * 32)
    other = b"".join(seal(io.BytesIO(b"rekaman"), key=KEY, header=Header(KEY_ID, b"q" * 8, CHUNK)))
    with pytest.raises(BoxError):
        unboxed(boxed(b"rekaman")[:HEADER] + other[HEADER:])


def test_the_header_names_its_key_and_what_is_wrong_with_it():
    box = boxed(b"rekaman")
    asked = []

    def key_of(key_id):
        asked.append(key_id)
        return KEY

    opened(io.BytesIO(box), key_of=key_of).close()
    assert asked == [KEY_ID]
    for broken, word in (
        (b"\x1a\x45\xdf\xa3" + box[4:], "not a sealed box"),
        (box[:4] + b"\x02" + box[5:], "version 2"),
        (box[:5] + bytes(4) + box[9:], "chunk size 0"),
        (box[:20], "within its header"),
    ):
        with pytest.raises(BoxError, match=word):
            opened(io.BytesIO(broken), key_of=lambda _key_id: KEY)


def test_an_opened_box_is_a_file_like_any_other():
    source = io.BytesIO(boxed(b"0123456789" * 10))
    with opened(source, key_of=lambda _key_id: KEY) as file:
        file.seek(-3, io.SEEK_END)
        assert file.read() == b"789"
        file.seek(5)
        assert file.seek(2, io.SEEK_CUR) == 7
        assert file.read(1) == b"7"
        with pytest.raises(ValueError):
            file.seek(-1)
    assert source.closed
