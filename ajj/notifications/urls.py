from django.urls import URLPattern, URLResolver, path

from ajj.notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kalender/<int:pk>.ics", views.invitation, name="calendar"),
]
