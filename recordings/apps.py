from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"
    label = "recordings"

    def ready(self) -> None:
        from ajj.documents.rules import register_access
        from ajj.live import ticks
        from recordings.register import may_open_minutes
        from recordings.services import backup

        ticks.register(backup.tick)
        register_access("disposal", may_open_minutes)
