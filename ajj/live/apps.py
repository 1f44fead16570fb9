from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "ajj.live"
    label = "live"

    def ready(self) -> None:
        from ajj.events.bus import subscribe
        from ajj.live import services
        from ajj.scheduling.events import JadwalDitetapkan

        services.register_projectors()
        services.register_handlers()
        subscribe(JadwalDitetapkan, services.on_jadwal_ditetapkan)
