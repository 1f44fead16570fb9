from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "ajj.events"
    label = "events"
