"""The embedded media engine: WHIP in, WHEP out, segments on disk; nothing is ever decoded."""
