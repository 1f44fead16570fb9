from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"
    label = "recordings"

    def ready(self) -> None:
        from ajj.live import ticks
        from recordings.services import backup

        ticks.register(backup.tick)
