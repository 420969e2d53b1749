"""Values that every layer shares; nothing here reads a file or knows a language."""
