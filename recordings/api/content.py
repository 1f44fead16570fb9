"""Bytes of a stored thing over HTTP: whole, in one range, or only their measure (RFC 9110)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from ajj.kernel.errors import NotFound
from ajj.kernel.ranges import ByteRange, Unsatisfiable, parse_range

BLOCK = 128 * 1024


@dataclass(frozen=True)
class Content:
    """``size`` in bytes and ``sha256`` (hex) are of what ``open`` gives; ``filename``: download."""

    open: Callable[[], BinaryIO]
    size: int
    sha256: str
    mime: str
    filename: str = ""


def answer(request: HttpRequest, content: Content) -> HttpResponseBase:
    """200, 206, 304 or 416, sent in blocks; 404 ``segment_missing`` when storage lacks it.

    Nothing may be taken from a browser's cache without asking: rights can end.
    """
    etag = f'"{content.sha256}"'
    if _names(request.headers.get("If-None-Match", ""), etag):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _measured(request, content, etag)
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _names(header: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in tags or "*" in tags


def _measured(request: HttpRequest, content: Content, etag: str) -> HttpResponseBase:
    header = request.headers.get("Range", "")
    # A validator that is not this very one (a date is none): the whole, RFC 9110 13.1.5.
    if request.headers.get("If-Range", etag) != etag:
        header = ""
    try:
        part = parse_range(header, content.size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{content.size}"})
    span = part or ByteRange(0, content.size - 1)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=content.mime)
    else:
        response = _body(request, content, span)
    response.status_code = 206 if part else 200
    response.headers["Content-Length"] = str(span.length)
    if part:
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{content.size}"
    if content.filename:
        name = quote(content.filename)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _body(request: HttpRequest, content: Content, span: ByteRange) -> StreamingHttpResponse:
    try:
        file = content.open()
    except FileNotFoundError as error:
        raise NotFound(
            _("Berkas rekaman ini tidak ada di penyimpanan."), code="segment_missing"
        ) from error
    file.seek(span.first)
    blocks = _Blocks(file, span.length)
    # Each kind of server wants its own kind of iterator, or it reads everything beforehand.
    served = _BlocksInTurn(blocks) if isinstance(request, ASGIRequest) else blocks
    return StreamingHttpResponse(served, content_type=content.mime)


class _Blocks:
    """What is left of ``file``, a block at a time; the response closes it, sent or not."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file, self._left = file, left
        self.close = file.close

    def __iter__(self) -> "_Blocks":
        return self

    def __next__(self) -> bytes:
        block = self._file.read(min(BLOCK, self._left))
        if not block:
            raise StopIteration
        self._left -= len(block)
        return block


class _BlocksInTurn:
    """The same for an asynchronous server: each block is read in a thread."""

    def __init__(self, blocks: _Blocks) -> None:
        self._read = sync_to_async(lambda: next(blocks, None), thread_sensitive=False)
        self.close = blocks.close

    def __aiter__(self) -> "_BlocksInTurn":
        return self

    async def __anext__(self) -> bytes:
        block = await self._read()
        if block is None:
            raise StopAsyncIteration
        return block
