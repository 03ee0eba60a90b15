"""`tamiz keys`: API keys. The key itself is shown once; only its hash is kept."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from handlers.cli.common import container, data_option, print_json, to_a_person


@click.group()
def keys() -> None:
    """Create, list and revoke API keys. As soon as one exists, every request needs one."""


@keys.command()
@data_option
@click.option("--role", required=True, type=click.Choice(["ingest", "read", "admin"]), help="What the key may do.")
@click.option("--name", help="Name of the key in lists; default: a random one.")
def create(data: Path | None, role: str, name: str | None) -> None:
    """Make a key and print it, once."""
    from handlers.http.security import hashed, new_token

    token, key_id = new_token(), name or secrets.token_hex(4)
    container(data).ledger.add_key(key_id, hashed(token), role)
    click.echo(token)
    click.echo(f"key {key_id}, role {role}. It is not shown again. For another deployment: TAMIZ_API_KEYS='[\"{role}:{hashed(token)}\"]'", err=True)


@keys.command(name="list")
@data_option
def list_keys(data: Path | None) -> None:
    """List the keys made here, the revoked ones too."""
    for key in container(data).ledger.keys():  # noqa: SIM118 - no mapping
        if to_a_person():
            click.echo(f"{key.key_id:<20} {key.role:<7} made {key.created_at:%Y-%m-%d %H:%M}{' revoked' if key.revoked_at else ''}")
        else:
            print_json(key.model_dump(mode="json"))


@keys.command()
@click.argument("key_id")
@data_option
def revoke(key_id: str, data: Path | None) -> None:
    """Refuse a key from now on."""
    container(data).ledger.revoke_key(key_id)
    click.echo(f"key {key_id} is refused from now on", err=True)
