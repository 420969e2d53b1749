"""Many repositories at once: each analysed in a process of its own, the results kept in one directory."""
