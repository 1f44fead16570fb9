"""Pages of applications, by who works on them."""
