from django.urls import URLPattern, URLResolver, path

from ajj.gladi import views

app_name = "gladi"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sesi/<uuid:session_id>/gladi/", views.page, name="page"),
]
