"""The HTTP face: requests in, ledger entries and answers out."""
