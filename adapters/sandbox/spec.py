"""What a child is: its entry, what it may read, and its limits."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, JsonValue

from schemas.documents import Value

_MIB = 1 << 20


class ChildLimits(Value):
    """Caps of one child. All in `Options` of whoever owns it; every breach ends the child with a typed error of that call."""

    resident_bytes: int = Field(
        default=1024 * _MIB, gt=0, description="resident memory, read by the parent every 50 ms (Linux); more lets larger documents through"
    )
    address_space_bytes: int | None = Field(
        default=16384 * _MIB,
        gt=0,
        description="RLIMIT_AS; stops one huge allocation at once. Far above `resident_bytes`: runtimes reserve address space. None: off",
    )
    file_bytes: int = Field(default=256 * _MIB, gt=0, description="largest file the child may write (RLIMIT_FSIZE)")
    disk_bytes: int = Field(default=1024 * _MIB, gt=0, description="all files of its folder together, looked at twice a second during a call")
    open_files: int = Field(default=256, ge=16, description="file descriptors (RLIMIT_NOFILE)")
    threads: int = Field(default=256, ge=1, description="processes and threads (RLIMIT_NPROC), where a user namespace of its own is granted")
    start_s: float = Field(default=60.0, gt=0, description="seconds until the entry must have loaded its models")
    deadline_s: float = Field(default=120.0, gt=0, description="seconds a call may take when it names no deadline of its own")
    recycle_after: int = Field(default=200, ge=1, description="calls after which a fresh child takes over; fewer costs more starts")
    recycle_above_bytes: int = Field(default=700 * _MIB, gt=0, description="resident memory between documents above which a fresh child takes over")
    message_bytes: int = Field(default=16 * _MIB, gt=0, description="largest JSON of one frame; the parent needs up to 25 times this to read it")
    blob_bytes: int = Field(default=64 * _MIB, ge=0, description="largest blob of one callback")


class ChildSpec(Value):
    """One kind of child."""

    entry: str = Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", description="`package.module:function`, called in the child as entry(host)")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="the entry reads them as `host.options`")
    read_paths: tuple[Path, ...] = Field(
        default=(),
        description="absolute; readable after the entry has run, beside `python_read_paths()` and its own folder. A file that is later replaced "
        "by rename is out of reach: name its folder then",
    )
    environment: dict[str, str] = Field(default_factory=dict, description="added to the few variables a child inherits")
    limits: ChildLimits = ChildLimits()
    confine: bool = Field(default=True, description="False: resource limits only, for adapters whose entry needs programs or the network")
