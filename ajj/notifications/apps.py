from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ajj.notifications"
    label = "notifications"

    def ready(self) -> None:
        from ajj.notifications import reports, subscribers

        subscribers.register()
        reports.register()
