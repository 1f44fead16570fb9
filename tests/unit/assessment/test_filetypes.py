"""Files are what their first bytes are."""

import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.filetypes import ALLOWED, normal, sniff


def video(container: str, codec: str) -> bytes:
    """A few frames written by FFmpeg itself."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for index in range(4):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts = index
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return out.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "mime"),
    [
        ("mp4", "libx264", "video/mp4"),
        ("mov", "libx264", "video/quicktime"),
        ("webm", "libvpx", "video/webm"),
        ("matroska", "libvpx", None),
        ("avi", "libx264", None),
    ],
)
def test_real_videos(container, codec, mime):
    assert sniff(video(container, codec)[:4096]) == mime


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(99), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(50), "image/png"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(50), "image/webp"),
        (b"%PDF-1.7\n" + b"x" * 99, "application/pdf"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(50), "image/heic"),
        (b"\x00\x00\x00\x18ftypiso5\x00\x00\x00\x00iso5dash" + bytes(50), "video/mp4"),
        (b"<!DOCTYPE html><html>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        (b"MZ" + bytes(99), None),
        (b"PK\x03\x04" + bytes(50), None),
        (b"", None),
        (b"\x00\x00\x00\x18ftypXXXX", None),
    ],
)
def test_heads(head, mime):
    assert sniff(head) == mime


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(head):
    assert sniff(head) in ALLOWED | {None}


def test_labels_are_compared_without_their_dress():
    assert normal("Image/JPG; charset=x") == "image/jpeg"
    assert normal("video/webm;codecs=vp8,opus") == "video/webm"
