from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ajj.portal"
    label = "portal"

    def ready(self) -> None:
        # What a production start must not have registers itself.
        import_module("ajj.portal.checks")
