"""Real components for tests, each started privately: in a temporary directory, on loopback, ended by who started it."""
