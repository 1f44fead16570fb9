from django.urls import URLPattern, URLResolver, include, path

from recordings import operations, playback_pages, views
from recordings.api.backup import file as backup_file
from recordings.api.backup import files as backup_files

BACKUP = "api/v1/sessions/<uuid:session_id>/backup/files"
urlpatterns: list[URLPattern | URLResolver] = [
    path(BACKUP, backup_files),
    path(f"{BACKUP}/", backup_files),
    path(f"{BACKUP}/<uuid:upload_id>", backup_file),
    path("operasi/", operations.page, name="operations"),
    path("rekaman/<uuid:session_id>/penonton/", playback_pages.viewers, name="viewers"),
    path("retensi/", include("recordings.retention_urls")),
    path("", include("recordings.proof_urls")),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
]
