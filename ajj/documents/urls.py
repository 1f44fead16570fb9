from django.urls import path

from ajj.documents import views

app_name = "documents"
urlpatterns = [path("dokumen/<uuid:document_id>/", views.download, name="download")]
