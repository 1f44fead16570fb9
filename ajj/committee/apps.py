from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    name = "ajj.committee"
    label = "committee"
