"""People and programs: the command line, the chat page and the HTTP API."""
