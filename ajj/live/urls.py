from django.urls import URLPattern, URLResolver, path

from ajj.live import views

app_name = "live"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kamera/", views.camera, name="camera"),
    path("kamera/<str:code>/", views.camera, name="camera_code"),
    path("sesi/<uuid:session_id>/", views.room, name="room"),
]
