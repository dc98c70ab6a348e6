"""What the hub costs, as ratios: `make bench`."""
