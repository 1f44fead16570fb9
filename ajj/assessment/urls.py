from django.urls import URLPattern, URLResolver, path

from ajj.assessment import views

app_name = "assessment"
EVIDENCE = "api/v1/sessions/<uuid:session_id>/evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path(EVIDENCE, views.collection, name="evidence"),
    path(f"{EVIDENCE}/", views.collection),
    path(f"{EVIDENCE}/<uuid:upload_id>", views.resource, name="upload"),
    path(f"{EVIDENCE}/<uuid:upload_id>/thumb", views.thumb, name="evidence_thumb"),
    path(f"{EVIDENCE}/<uuid:evidence_id>/file", views.file, name="evidence_file"),
]
