"""Any readable file that is no brochure, call, review or message."""
