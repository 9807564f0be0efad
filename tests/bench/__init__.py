"""Speed, measured as ratios against a floor in the same run. `make bench` runs it; nothing here is a test of speed."""
