"""What calibration says of intervals such as those of this study."""
