"""Who may do what with media in which phase of a session. Pure."""
