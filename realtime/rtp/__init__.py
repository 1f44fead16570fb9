"""RTP and RTCP as pure functions over bytes: no I/O, no clock, no framework (RFC 3550)."""
