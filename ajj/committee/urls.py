from django.urls import path

from ajj.committee import views

app_name = "committee"
urlpatterns = [
    path("komite/", views.index, name="index"),
    path("komite/sesi/<uuid:session_id>/", views.of_session, name="of_session"),
    path("komite/tinjau/<int:case_id>/", views.workbench, name="workbench"),
    path("komite/tinjau/<int:case_id>/tugaskan/", views.assign, name="assign"),
    path("komite/tinjau/<int:case_id>/buka/", views.resume, name="resume"),
    path("komite/pleno/", views.pleno_new, name="pleno"),
    path("komite/pleno/<int:pleno_id>/", views.sk, name="sk"),
    path("komite/pleno/<int:pleno_id>/tandatangan/", views.sk_sign, name="sk_sign"),
    path("komite/tim/", views.tim_new, name="tim"),
]
