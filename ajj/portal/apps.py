from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ajj.portal"
    label = "portal"
