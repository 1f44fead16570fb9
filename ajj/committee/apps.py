from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    name = "ajj.committee"
    label = "committee"

    def ready(self) -> None:
        from ajj.assessment.events import RecommendationSubmitted
        from ajj.committee import services
        from ajj.committee.selectors import may_open_paper
        from ajj.documents.rules import register_access
        from ajj.events.bus import subscribe

        subscribe(RecommendationSubmitted, services.on_recommendation)
        register_access("pleno", may_open_paper)
