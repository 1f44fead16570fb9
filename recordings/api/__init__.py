"""The recordings' part of the HTTP API, one router per concern."""

from ninja import Router

from recordings.api.manifest import router as manifest

router = Router()
router.add_router("", manifest)

__all__ = ["router"]
