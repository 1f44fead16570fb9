from django.urls import URLPattern, URLResolver, path

from ajj.skema import views

app_name = "skema"
urlpatterns: list[URLPattern | URLResolver] = [
    path("skema/", views.index, name="index"),
    path("skema/<int:pk>/", views.detail, name="detail"),
]
