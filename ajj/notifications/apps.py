from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ajj.notifications"
    label = "notifications"

    def ready(self) -> None:
        from ajj.notifications import pihak, reports, subscribers

        subscribers.register()
        reports.register()
        pihak.register()
