"""Where sockets are served."""

from typing import Any

from django.urls import path

from realtime.consumers import SessionSocket

# Channels routes ASGI applications by Django's path(), whose types know only views.
_socket: Any = SessionSocket.as_asgi()

websocket_urlpatterns: list[Any] = [
    path("ws/v1/sessions/<uuid:session_id>", _socket),
    path("ws/v1/sessions/<uuid:session_id>/<str:token>", _socket),
]
