"""Files: which ones belong to a project, what they hold, and where their lines begin."""
