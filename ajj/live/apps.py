from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "ajj.live"
    label = "live"
