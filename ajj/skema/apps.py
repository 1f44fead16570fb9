from django.apps import AppConfig


class SkemaConfig(AppConfig):
    name = "ajj.skema"
    label = "skema"
