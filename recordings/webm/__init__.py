"""Self-contained WebM segments: VP8 and Opus with absolute session time (RFC 8794, RFC 9559)."""

from recordings.webm.repair import repair
from recordings.webm.writer import WebmWriter

__all__ = ["WebmWriter", "repair"]
