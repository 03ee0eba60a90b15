"""What runs inside the child of `test_diarisation_confined.py`."""

from __future__ import annotations

import socket
from typing import Any

from adapters.sandbox.host import Host, Operations


def serve(host: Host) -> Operations:
    """A diariser of the service, loaded after the confinement, that hears the sounds of the contract suite; and whether the network is in reach."""
    from adapters.registry import create
    from adapters.testing.diarisation import channel

    def separate(_: dict[str, Any]) -> dict[str, Any]:
        engine = create("diarisation", "pyannote", host.options)
        found = engine.separate(channel(24.0, (8.0, 16.0)), 2)
        return {"speakers": [one.speaker for one in found], "version": engine.version}

    def call_out(_: dict[str, Any]) -> dict[str, Any]:
        try:
            socket.create_connection(("127.0.0.1", 9), timeout=2).close()
        except PermissionError:
            return {"kept": True}
        return {"kept": False}

    return {"separate": separate, "call_out": call_out}
