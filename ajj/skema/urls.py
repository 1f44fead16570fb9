from django.urls import URLPattern, URLResolver

app_name = "skema"
urlpatterns: list[URLPattern | URLResolver] = []
