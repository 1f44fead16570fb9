"""HTTPS on the local network: ``make run LAN=1`` lets a real phone join a session on a laptop."""
