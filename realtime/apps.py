from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"
    label = "realtime"

    def ready(self) -> None:
        from django.core.checks import register

        from ajj.events.bus import subscribe
        from ajj.live.auth import register_verifier
        from ajj.live.events import CameraUnpaired, LogAppended, RescueStarted, SentBack
        from realtime.cameras import on_camera_unpaired, on_rescue_started
        from realtime.checks import relay_settings
        from realtime.credentials import identity_of
        from realtime.sentback import on_sent_back
        from realtime.wake import on_log_appended, on_recording_changed
        from recordings.events import RecordingChanged

        register(relay_settings)
        register_verifier(identity_of)
        subscribe(LogAppended, on_log_appended)
        subscribe(CameraUnpaired, on_camera_unpaired)
        subscribe(SentBack, on_sent_back)
        subscribe(RescueStarted, on_rescue_started)
        subscribe(RecordingChanged, on_recording_changed)
