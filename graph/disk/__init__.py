"""Files on the disk: the one place that puts them there."""
