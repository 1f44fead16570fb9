from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path

from ajj.people import views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("masuk/", views.LoginView.as_view(), name="login"),
    path("keluar/", LogoutView.as_view(), name="logout"),
    path("daftar/", views.register, name="register"),
    path("profil/", views.profile, name="profile"),
    path("profil/sandi/", views.password, name="password"),
    path("profil/dokumen/", views.add_document, name="add_document"),
    path("berkas/<int:pk>/", views.document, name="document"),
]
