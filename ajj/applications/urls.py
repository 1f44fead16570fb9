from django.urls import URLPattern, URLResolver, path

from ajj.applications.views import asesi, asesor, files, office, pages

app_name = "applications"
ONE = "permohonan/<str:nomor>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("permohonan/", pages.index, name="index"),
    path("permohonan/buka/<int:skema_pk>/", asesi.open_for, name="open"),
    path(ONE, pages.detail, name="detail"),
    path(f"{ONE}apl01/", asesi.apl01_page, name="apl01"),
    path(f"{ONE}apl01/simpan/", asesi.apl01_save, name="apl01_save"),
    path(f"{ONE}apl02/", asesi.apl02_page, name="apl02"),
    path(f"{ONE}apl02/simpan/", asesi.apl02_save, name="apl02_save"),
    path(f"{ONE}berkas/<int:pk>/", files.syarat, name="syarat_file"),
    path(f"{ONE}portofolio/<int:pk>/", files.portofolio, name="portofolio_file"),
    path(f"{ONE}periksa/<int:pk>/", office.judge, name="judge"),
    path(f"{ONE}terima/", office.accept, name="accept"),
    path(f"{ONE}kembalikan/", office.give_back, name="return"),
    path(f"{ONE}tolak/", office.reject, name="reject"),
    path(f"{ONE}tinjau/", asesor.verify, name="verify"),
]
