"""The public catalogue, and where instruments (MUK) are written."""
