from django.urls import URLPattern, URLResolver, path

from recordings import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/jwks.json", views.jwks, name="jwks"),
]
