"""What the world does: ports and their implementations. The only place where a vendor's name may stand."""
