from django.urls import URLPattern, URLResolver, path

from ajj.live import identityviews, views

app_name = "live"
IDENTITY = "api/v1/sessions/<uuid:session_id>/identity"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kamera/", views.camera, name="camera"),
    path("kamera/<str:code>/", views.camera, name="camera_code"),
    path("sesi/luring.js", views.worker, name="worker"),
    path("sesi/<uuid:session_id>/", views.room, name="room"),
    path(f"{IDENTITY}/card", identityviews.card, name="identity_card"),
    path(f"{IDENTITY}/pictures/<uuid:picture_id>", identityviews.picture, name="identity_picture"),
]
