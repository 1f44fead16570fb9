from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ajj.people"
    label = "people"
