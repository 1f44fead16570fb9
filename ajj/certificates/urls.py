from django.urls import path

from ajj.certificates import views

app_name = "certificates"
urlpatterns = [
    path("verifikasi/", views.verify, name="verify"),
    path("verifikasi/<str:code>/", views.verify_code, name="verify_code"),
    path("verifikasi/<str:code>", views.verify_code),
    path("sertifikat/", views.index, name="index"),
    path("sertifikat/terbitkan/", views.issue_missing, name="issue_missing"),
    path("sertifikat/<int:certificate_id>/", views.detail, name="detail"),
    path("sertifikat/<int:certificate_id>/blanko/", views.blanko, name="blanko"),
    path("sertifikat/<int:certificate_id>/status/", views.change, name="change"),
]
