"""What a browser asks for: evidence by tus, and forms as PDF."""
