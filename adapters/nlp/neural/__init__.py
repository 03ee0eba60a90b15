"""What encoder models say about texts: windows of tokens, batches, and a reading of each kind of head."""
