"""Moving pictures and a tone, encoded by FFmpeg, for tests and benchmarks."""
