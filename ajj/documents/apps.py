from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ajj.documents"
    label = "documents"
