from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "ajj.live"
    label = "live"

    def ready(self) -> None:
        from ajj.events.bus import subscribe
        from ajj.live import services
        from ajj.live.services.cameras import register_cameras
        from ajj.live.services.rescue import register_rescue
        from ajj.live.services.sweeps import register_sweeps
        from ajj.scheduling.events import JadwalDitetapkan

        services.register_projectors()
        services.register_handlers()
        register_cameras()
        register_sweeps()
        services.register_limits()
        services.register_workplace()
        register_rescue()
        subscribe(JadwalDitetapkan, services.on_jadwal_ditetapkan)
