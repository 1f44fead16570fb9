"""Many datagrams in one system call: Linux's recvmmsg and sendmmsg through cffi, no compiler.

A packet that travels alone costs more in the kernel's entry and in the network stack than in
Python. ``Inbox`` and ``Outbox`` hold their packets in fixed slots of one block of memory, where
libsrtp also works in place. Where the calls are missing, one packet at a time does.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
from typing import Any

from cffi import FFI

SLOTS = 32
SIZE = 2048
"""Bytes of a slot: an Ethernet frame and the tag of SRTP with room to spare."""

_SOL_UDP = 17
_UDP_SEGMENT = 103
_CONTROL = 24
"""CMSG_SPACE of one 16-bit value."""
_ADDRESS = 28
_EMSGSIZE = {errno.EMSGSIZE, errno.EINVAL}

_ffi = FFI()
_ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen;
        struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen; int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, void *timeout);
    int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
    """
)


def _library() -> Any:
    """The C library, or None where it lacks the calls or the structures may look otherwise."""
    if not sys.platform.startswith("linux") or sys.maxsize < 1 << 32:
        return None
    try:
        library = _ffi.dlopen(None)
        return library if library.recvmmsg and library.sendmmsg else None
    except (OSError, AttributeError):
        return None


_libc = _library()


class _Slots:
    """Packets at fixed places: ``view[starts[i]:]`` and, for C, ``pointers[i]``."""

    def __init__(self) -> None:
        self.memory = bytearray(SLOTS * SIZE)
        self.view = memoryview(self.memory)
        self.starts = [SIZE * slot for slot in range(SLOTS)]
        base = _ffi.from_buffer("char[]", self.memory)
        self.pointers = [base + start for start in self.starts]
        self._iov = _ffi.new("struct iovec[]", SLOTS)
        self._messages = _ffi.new("struct mmsghdr[]", SLOTS)
        self._each = [self._messages[slot] for slot in range(SLOTS)]
        self._keep: Any = base


class Inbox(_Slots):
    """What the last ``receive`` read. One inbox serves sockets of one address family."""

    def __init__(self) -> None:
        super().__init__()
        self._names = bytearray(SLOTS * _ADDRESS)
        names = self._keep_names = _ffi.from_buffer("char[]", self._names)
        self._plain: Any = None
        for slot, message in enumerate(self._each):
            self._iov[slot].iov_base, self._iov[slot].iov_len = self.pointers[slot], SIZE
            message.msg_hdr.msg_iov, message.msg_hdr.msg_iovlen = self._iov + slot, 1
            message.msg_hdr.msg_name = names + slot * _ADDRESS
            message.msg_hdr.msg_namelen = _ADDRESS

    def receive(self, sock: socket.socket, fileno: int) -> list[int]:
        """Sizes of the packets that were waiting, at most SLOTS; never waits itself."""
        if _libc is None:
            return self._receive_one(sock)
        count = _libc.recvmmsg(fileno, self._messages, SLOTS, socket.MSG_DONTWAIT, _ffi.NULL)
        return [message.msg_len for message in self._each[:count]] if count > 0 else []

    def address(self, slot: int) -> tuple[str, int]:
        """Who sent the packet in ``slot``."""
        if self._plain is not None:
            return (str(self._plain[0]), int(self._plain[1]))
        raw = self._names[slot * _ADDRESS : (slot + 1) * _ADDRESS]
        (family,) = struct.unpack_from("=H", raw)
        (port,) = struct.unpack_from("!H", raw, 2)
        if family == socket.AF_INET6:
            return socket.inet_ntop(family, raw[8:24]), port
        return socket.inet_ntop(socket.AF_INET, raw[4:8]), port

    def _receive_one(self, sock: socket.socket) -> list[int]:
        try:
            size, self._plain = sock.recvfrom_into(self.view[:SIZE])
        except OSError:
            return []
        return [size]


class Outbox(_Slots):
    """Packets to send to one address, each already in its slot."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes = _ffi.new("unsigned short[]", SLOTS)
        self._control = bytearray(SLOTS * _CONTROL)
        control = self._keep_control = _ffi.from_buffer("char[]", self._control)
        for slot in range(SLOTS):
            self._iov[slot].iov_base = self.pointers[slot]
            struct.pack_into("=QiiH", self._control, slot * _CONTROL, 18, _SOL_UDP, _UDP_SEGMENT, 0)
        self._controls = [control + slot * _CONTROL for slot in range(SLOTS)]

    def send(
        self, sock: socket.socket, fileno: int, address: Address, sizes: list[int], *, gso: bool
    ) -> bool:
        """Send the first ``len(sizes)`` slots; False when the path does not take segments.

        With ``gso`` neighbours of one size (the last may be shorter) pass the stack as one.
        """
        if _libc is None:
            for start, size in zip(self.starts, sizes, strict=False):
                try:
                    sock.sendto(self.view[start : start + size], address.pair)
                except OSError:
                    break
            return True
        count = self._arrange(address, sizes, gso=gso)
        sent = _libc.sendmmsg(fileno, self._messages, count, socket.MSG_DONTWAIT)
        if sent < 0 and count < len(sizes) and _ffi.errno not in (errno.EAGAIN, errno.ENOBUFS):
            count = self._arrange(address, sizes, gso=False)
            _libc.sendmmsg(fileno, self._messages, count, socket.MSG_DONTWAIT)
            return False
        return True

    def _arrange(self, address: Address, sizes: list[int], *, gso: bool) -> int:
        """Messages out of slots; how many."""
        count = slot = 0
        total = len(sizes)
        while slot < total:
            size = sizes[slot]
            self._iov[slot].iov_len = size
            first, slot = slot, slot + 1
            while gso and slot < total and sizes[slot] <= size:
                self._iov[slot].iov_len = sizes[slot]
                slot += 1
                if sizes[slot - 1] < size:
                    break
            head = self._each[count].msg_hdr
            head.msg_name, head.msg_namelen = address.pointer, address.size
            head.msg_iov, head.msg_iovlen = self._iov + first, slot - first
            if slot - first > 1:
                struct.pack_into("=H", self._control, count * _CONTROL + 16, size)
                head.msg_control, head.msg_controllen = self._controls[count], _CONTROL
            else:
                head.msg_control, head.msg_controllen = _ffi.NULL, 0
            count += 1
        return count


class Address:
    """A remote address as the kernel wants it."""

    def __init__(self, pair: tuple[str, int]) -> None:
        self.pair = pair
        host, port = pair
        if ":" in host:
            raw = struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, 0)
            raw += socket.inet_pton(socket.AF_INET6, host) + bytes(4)
        else:
            raw = struct.pack("=H", socket.AF_INET) + struct.pack("!H", port)
            raw += socket.inet_aton(host) + bytes(8)
        self._raw = raw
        self.pointer: Any = _ffi.from_buffer("char[]", self._raw)
        self.size = len(raw)
