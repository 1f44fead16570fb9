"""Self-contained fragmented MP4 segments: H.264 and Opus with absolute session time."""

from recordings.fmp4.repair import repair
from recordings.fmp4.writer import Fmp4Writer

__all__ = ["Fmp4Writer", "repair"]
