"""What a page shows, as plain values: pure functions over networks, traces and results."""
