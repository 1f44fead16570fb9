"""Demo data: an LSP at work, made by the same services that real people use."""
