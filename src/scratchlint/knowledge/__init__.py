"""What is known of APIs, commands, variables and names, as data; adding a library adds lines here."""
