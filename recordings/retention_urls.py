from django.urls import path

from recordings import retention_pages as pages

app_name = "retention"
urlpatterns = [
    path("", pages.index, name="index"),
    path("usulan/", pages.propose, name="propose"),
    path("sesi/<uuid:session_id>/", pages.session, name="session"),
    path("sesi/<uuid:session_id>/tahan/", pages.hold, name="hold"),
    path("sesi/<uuid:session_id>/tahan/<int:hold_id>/lepas/", pages.lift, name="lift"),
    path("sesi/<uuid:session_id>/hapus/", pages.propose_person, name="propose_person"),
    path("pemusnahan/<uuid:disposal_id>/", pages.disposal, name="disposal"),
    path("pemusnahan/<uuid:disposal_id>/putusan/", pages.decide, name="decide"),
]
