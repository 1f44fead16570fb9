from django.urls import URLPattern, URLResolver, path

from ajj.live import views

app_name = "live"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sesi/<uuid:session_id>/", views.room, name="room"),
]
