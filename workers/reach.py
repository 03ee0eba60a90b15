"""Whether the broker answers, for `tamiz doctor`."""

from __future__ import annotations

from kombu import Connection
from kombu.exceptions import OperationalError

PATIENCE_S = 3.0


def broker_fault(url: str) -> str | None:
    """None when the broker at `url` answers, else why not, without the address: it may hold a password."""
    try:
        with Connection(url, connect_timeout=PATIENCE_S, transport_options={"socket_connect_timeout": PATIENCE_S}) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE_S)
    except (OperationalError, OSError, KeyError, ValueError, ImportError) as error:
        return f"the broker of TAMIZ_BROKER_URL does not answer ({type(error).__name__}); documents are taken in and wait"
    return None
