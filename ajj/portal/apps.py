from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ajj.portal"
    label = "portal"

    def ready(self) -> None:
        from ajj.portal import checks  # registers what a production start must not have

        assert checks.production_settings
