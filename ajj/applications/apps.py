from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "ajj.applications"
    label = "applications"
