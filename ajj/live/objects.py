"""Objects of storage as files: boxes to save, stored ones read only where they are asked for."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage

from ajj.kernel import sealedbox

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    Bytes = File[bytes]
else:
    Bytes = File

READ_AHEAD = 256 * 1024


class Box(Bytes):
    """The box around ``source`` for a storage to save, in whichever way it reads."""

    def __init__(self, source: BinaryIO, *, key: bytes, header: sealedbox.Header) -> None:
        super().__init__(sealedbox.sealing(source, key=key, header=header))
        self._source, self._key, self._header = source, key, header

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The pieces as they are made: a file system takes them without another copy."""
        return sealedbox.seal(self._source, key=self._key, header=self._header)


def stored(name: str) -> BinaryIO:
    """The object as it lies in storage, seekable; raises the storage's own errors."""
    file = default_storage.open(name, "rb")
    if hasattr(file, "obj"):
        return io.BufferedReader(_Ranged(file), READ_AHEAD)
    return cast("BinaryIO", file)


class _Ranged(io.RawIOBase):
    """An S3 object read where it is asked for; the storage's own file fetches all of it first."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file, self._size, self._at = file, int(file.size), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        into = memoryview(buffer).cast("B")
        wanted = min(len(into), self._size - self._at)
        if wanted <= 0:
            return 0
        span = f"bytes={self._at}-{self._at + wanted - 1}"
        body: bytes = self._file.obj.get(Range=span)["Body"].read()
        into[: len(body)] = body
        self._at += len(body)
        return len(body)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
