"""The recordings' part of the HTTP API, one router per concern."""

from ninja import Router

from recordings.api.backup import router as backup
from recordings.api.exports import router as exports
from recordings.api.manifest import router as manifest
from recordings.api.playback import router as playback

router = Router()
router.add_router("", manifest)
router.add_router("", backup)
router.add_router("", playback)
router.add_router("", exports)

__all__ = ["router"]
