from django.urls import URLPattern, URLResolver, path

from ajj.scheduling import views

app_name = "scheduling"
urlpatterns: list[URLPattern | URLResolver] = [
    path("jadwal/", views.public, name="public"),
    path("jadwal/saya/", views.mine, name="mine"),
    path("jadwal/kelola/", views.manage, name="manage"),
    path("jadwal/kelola/baru/", views.new, name="new"),
    path("jadwal/kelola/<int:pk>/", views.one, name="one"),
    path("jadwal/kelola/<int:pk>/batal/", views.cancel, name="cancel"),
]
