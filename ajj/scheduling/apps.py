from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "ajj.scheduling"
    label = "scheduling"
