from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "ajj.assessment"
    label = "assessment"
