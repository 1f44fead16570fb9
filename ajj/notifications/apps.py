from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ajj.notifications"
    label = "notifications"
