"""What counts as scratch storage, and what is the permanent home of each kind of file."""
