"""A session acted out for the demo: drawn pictures and tones, sent as any client would send."""
