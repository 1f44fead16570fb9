"""Rows of the recordings, one module per concern. Nothing here is written but by the services."""

from recordings.models.backup import BackupSlice
from recordings.models.media import (
    FIRST_DEVICE_INDEX,
    Gap,
    JournalCursor,
    Publication,
    Segment,
    SegmentSource,
    Stream,
    StreamKind,
)
from recordings.models.playback import Export, ExportKind, View
from recordings.models.proof import Anchor, Seal
from recordings.models.retention import Disposal, DisposalItem, DisposalScope, LegalHold
from recordings.models.watch import Alarm

__all__ = [
    "FIRST_DEVICE_INDEX",
    "Alarm",
    "Anchor",
    "BackupSlice",
    "Disposal",
    "DisposalItem",
    "DisposalScope",
    "Export",
    "ExportKind",
    "Gap",
    "JournalCursor",
    "LegalHold",
    "Publication",
    "Seal",
    "Segment",
    "SegmentSource",
    "Stream",
    "StreamKind",
    "View",
]
