"""A bad network for the tests: a namespace of its own behind a link that we shape."""
