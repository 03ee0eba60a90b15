"""What a broken third party looks like: its import fails in a way nobody foresaw."""

raise RuntimeError("this plugin was built for another century")
