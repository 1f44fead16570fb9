from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"
    label = "recordings"

    def ready(self) -> None:
        from ajj.documents.rules import register_access
        from ajj.events.bus import subscribe
        from ajj.live import doors, ticks
        from ajj.notifications import letters
        from ajj.scheduling import admission
        from recordings import tasks
        from recordings.events import BackupReceived
        from recordings.letters import KIND, receipt_letter
        from recordings.models import ExportKind
        from recordings.register import may_open_minutes
        from recordings.services import backup, exports
        from recordings.services.admission import may_book, may_open
        from recordings.services.capsule import make_capsule

        ticks.register(backup.tick)
        ticks.register(tasks.wake)
        subscribe(BackupReceived, tasks.on_backup_received)
        admission.register(may_book)
        doors.register(may_open)
        exports.register_maker(ExportKind.CAPSULE, make_capsule)
        letters.register(KIND, receipt_letter)
        register_access("disposal", may_open_minutes)
