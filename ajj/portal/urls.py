from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from ajj.portal import views

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tentang/", views.about, name="about"),
    path("cara-kerja/", views.how, name="how"),
    path("pengaduan/", views.complaint, name="complaint"),
    path("beranda/", views.dashboard, name="dashboard"),
]
if settings.DEBUG:
    urlpatterns.append(path("komponen/", views.components, name="components"))
