"""Settings: environment `TAMIZ_*`, then one optional `tamiz.toml`, then these defaults. Reading them is `workers.container`'s business."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from schemas.call_rules import Category, Reply
from schemas.documents import Kind, Value


class KeyPattern(Value):
    """Objects whose key matches `pattern` (shell style, `**` crosses levels) are of this kind and carry this metadata."""

    pattern: str
    kind: Kind | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)


DEFAULT_PATTERNS = tuple(
    KeyPattern(pattern=f"{folder}/**", kind=kind)
    for folder, kind in (
        ("brochures", Kind.BROCHURE),
        ("calls", Kind.CALL),
        ("reviews", Kind.REVIEW),
        ("messages", Kind.MESSAGE),
        ("documents", Kind.DOCUMENT),
    )
)


class Limits(Value):
    """Caps on what one document may cost; beyond them it is rejected with `too_large` or ended with a typed error."""

    upload_bytes: int = Field(default=2 * 1024**3, gt=0, description="bytes of one object; larger ones are rejected")
    image_pixels: int = Field(default=120_000_000, gt=0, description="pixels of one image or rendered page; a bomb is refused before it is decoded")
    pages: int = Field(default=2_000, gt=0, description="pages of one document")
    frames: int = Field(default=200, gt=0, description="frames of one animated or multi-page image")
    audio_s: float = Field(default=12 * 3600.0, gt=0, description="seconds of one recording")
    record_bytes: int = Field(default=4 * 1024**2, gt=0, description="bytes of one row of a reviews file; longer rows are set aside as broken")
    unpacked_bytes: int = Field(
        default=1024**3, gt=0, description="bytes a compressed file, a spreadsheet or a Parquet file of reviews may unpack to, all members together"
    )
    archive_members: int = Field(default=1_000, gt=0, description="files in a zip of review files")
    text_bytes: int = Field(default=64 * 1024**2, gt=0, description="bytes of one text document or message body")
    attachments: int = Field(default=200, gt=0, description="attachments of one message")
    nesting: int = Field(default=5, gt=0, description="messages inside messages")


class ReviewSettings(Value):
    """How files of reviews are read where neither their metadata nor their own words say it."""

    columns: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, description="further names of columns and keys by role, for instance `text`; they go before the names known anyway"
    )
    date_order: Literal["dmy", "mdy"] | None = Field(default=None, description="how dates like 03/04/2024 are read where a file does not prove it")
    rating_scale: float | None = Field(default=None, gt=0, description="the best rating possible where a file does not say it")


PersonalData = Literal["card", "code", "phone", "account", "id", "email", "name"]


class CallSettings(Value):
    """How calls are understood. The metadata of a call wins over it."""

    company: tuple[str, ...] = Field(default=(), description="names by which your agents call the company; whoever says one is an agent")
    vocabulary: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(
        default=(),
        max_length=1000,
        description="product and brand names that are said: given to recognisers that take them, mended where one was misheard, found as terms",
    )
    redact: tuple[PersonalData, ...] = Field(
        default=(),
        description="personal data stored as `[card]`, `[phone]`, ... and silent in a redacted copy of the audio: card, code, phone, account, id, "
        "email, name; kept outputs of the recogniser stay as they were heard until the call is erased",
    )
    categories: tuple[Category, ...] = Field(default=(), description="rules that put calls into categories: `[[calls.categories]]`")
    replies: tuple[Reply, ...] = Field(default=(), max_length=50, description="spoken answers to calls: `[[calls.replies]]`")

    @model_validator(mode="after")
    def _replies_of_known_categories(self) -> CallSettings:
        names = [reply.name for reply in self.replies]
        if len(set(names)) < len(names):
            raise ValueError("every reply has a name of its own")
        known = {category.name for category in self.categories}
        if missing := sorted({name for reply in self.replies for name in reply.when.categories} - known):
            raise ValueError(f"replies name categories that no rule defines: {', '.join(missing)}")
        return self


Crops = Literal["none", "drawn", "all"]
"""Pages that crops of offers are cut from."""


WITH_MODELS = (
    ("nlp", "local"),
    ("nlp", "transformers"),
    ("stt", "auto"),
    ("stt", "faster-whisper"),
    ("stt", "transformers"),
    ("diarisation", "pyannote"),
)
"""Adapters that take the folder of models as their option `models`."""


class EngineSettings(Value):
    """The part of the settings a parser child gets: engines, their options and limits; no address, no secret."""

    ocr: str
    vision: str
    stt: str
    nlp: str
    tts: str
    diarisation: str = "local"
    remote_calls: bool = False
    options: dict[str, dict[str, dict[str, Any]]]
    plugins: tuple[str, ...]
    limits: Limits
    crops: Crops = "none"
    reviews: ReviewSettings = ReviewSettings()
    calls: CallSettings = CallSettings()

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Folders in which engines look for models, wherever options say they are: a confined child must be allowed to read them."""
        stated = {of.get("models") for adapters in self.options.values() for of in adapters.values()}
        return tuple(sorted(Path(folder).absolute() for folder in stated if isinstance(folder, str | Path)))


class Settings(BaseSettings):
    """All settings of a deployment. Every field can be set as `TAMIZ_<NAME>` or in `tamiz.toml`."""

    model_config = SettingsConfigDict(env_prefix="TAMIZ_", env_nested_delimiter="__", frozen=True, extra="forbid", toml_file="tamiz.toml")

    data: Path = Field(default=Path("var"), description="directory of everything embedded: bucket, results, ledger, warehouse, broker, run files")

    # where things live
    bucket: str = Field(default="", description="landing bucket: a folder or `s3://bucket/prefix`; empty: DATA/bucket")
    results: str = Field(default="", description="where results, kept engine outputs and attachments go; empty: DATA/lake; not inside the bucket")
    broker_url: str = Field(default="", description="Celery broker, e.g. `redis://...`; empty: the embedded broker in DATA/broker")
    ledger_url: str = Field(default="", description="SQLAlchemy URL, e.g. `postgresql+psycopg://...`; empty: SQLite in DATA/ledger.db")
    warehouse_url: str = Field(default="", description="`postgresql://...` or `duckdb:///path`; empty: DuckDB in DATA/warehouse/warehouse.duckdb")

    # which engines
    ocr: str = Field(default="rapidocr", description="adapter, or a comma-separated chain tried in order")
    vision: str = Field(default="zxing-cpp", description="adapter for barcodes, logos and objects")
    stt: str = Field(default="auto", description="speech recogniser; `auto` takes the best one whose model is on this machine")
    diarisation: str = Field(
        default="local",
        description="who speaks on a channel that several share: `local` needs no model, `pyannote` a fetched one, `none` tells nobody apart",
    )
    nlp: str = Field(default="local", description="language engine")
    translate: str = Field(default="none", description="translator")
    tts: str = Field(default="auto", description="speech synthesis; `auto` takes espeak-ng when it is found, else none")
    feed: str = Field(default="none", description="queue of storage events to pull from")
    options: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict, description="adapter options by family and adapter name")
    plugins: tuple[str, ...] = Field(default=(), description="third-party adapters allowed to load, as `family:name`")
    remote_calls: bool = Field(default=False, description="cloud adapters work only when this is on")
    budget_usd_per_day: Decimal | None = Field(
        default=None, ge=0, description="US dollars that paid engines may take on a day (UTC), counted by each worker host; None: no limit"
    )

    # routing and limits
    patterns: tuple[KeyPattern, ...] = Field(default=DEFAULT_PATTERNS, description="key patterns that set a document's kind and metadata")
    limits: Limits = Field(default_factory=Limits)
    reviews: ReviewSettings = Field(default_factory=ReviewSettings, description="how review files are read where they do not say it themselves")
    calls: CallSettings = Field(default_factory=CallSettings, description="how calls are understood")
    crops: Crops = Field(
        default="drawn",
        description="pictures of single offers kept with the results: `drawn` from pages that are drawn anyway (pictures, scans), `all` from pages "
        "with a text layer too, which are then drawn and take several times as long, `none`",
    )
    document_timeout_s: float = Field(default=600.0, gt=0, description="seconds one attempt of one part may take")
    child_memory_bytes: int = Field(default=1024**3, gt=0, description="resident bytes a parser child may reach before it is killed")

    # work
    slots: int = Field(default=0, ge=0, description="worker slots for heavy work in embedded mode; 0: as many as cores")
    lease_s: float = Field(default=15.0, gt=0, description="seconds a lease lasts without a heartbeat")
    heartbeat_s: float = Field(default=5.0, gt=0, description="seconds between heartbeats")
    sweep_s: float = Field(default=1.0, gt=0, description="seconds between sweeper ticks")
    reconcile_s: float = Field(default=60.0, gt=0, description="seconds between comparisons of bucket and ledger")
    max_attempts: int = Field(default=8, ge=1, description="attempts after transient failures before a document is dead")
    grace_s: float = Field(default=3.0, ge=0, description="seconds between the request to stop and the kill")

    # faces
    host: str = Field(default="127.0.0.1", description="address the API binds; anything but loopback needs an API key")
    port: int = Field(default=8321, ge=0, le=65535, description="port of the API; 0: any free one")
    api_keys: tuple[str, ...] = Field(default=(), description="`role:sha256-hex` of keys made by `tamiz keys create`; roles: ingest, read, admin")
    sql: bool | None = Field(default=None, description="POST /sql and `tamiz sql`; None: on for a loopback bind where the system can confine it")
    sql_timeout_s: float = Field(default=10.0, gt=0, description="seconds a query may run")
    sql_rows: int = Field(default=100_000, gt=0, description="rows a query may return")
    sql_memory_bytes: int = Field(default=512 * 1024**2, gt=0, description="bytes a query may use")
    max_backlog: int = Field(default=1_000_000, gt=0, description="waiting documents beyond which new ones are answered 503")
    live_streams: int = Field(default=2, ge=0, description="live calls at a time; each takes a process of about 200 MB. 0: none are taken")
    live_idle_s: float = Field(default=30.0, gt=0, description="seconds without a frame after which a live call is taken for over")
    free_disk_bytes: int = Field(default=256 * 1024**2, ge=0, description="free bytes on the data disk below which intake answers 507")
    erase_key: SecretStr = Field(default=SecretStr(""), description="key of the hashes kept of erased versions; empty: made once, kept in the ledger")

    @property
    def models(self) -> Path:
        """Where trained and fetched models lie."""
        return self.data / "models"

    @property
    def engines(self) -> EngineSettings:
        """What a parser child needs of these settings. Engines whose models can lie in `models` are told where that is."""
        chosen = {name: getattr(self, name) for name in EngineSettings.model_fields}
        options = {family: dict(adapters) for family, adapters in self.options.items()}
        for family, adapter in WITH_MODELS:
            told = options.setdefault(family, {})
            told[adapter] = {"models": str(self.models), **told.get(adapter, {})}
        return EngineSettings(**{**chosen, "options": options})

    @field_validator("data")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then `tamiz.toml` of the working directory."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
