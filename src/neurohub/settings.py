"""Settings: the environment, read once at boot into a frozen Struct. Nobody else reads the environment.

A wrong value fails at once, naming the key, the value and what is expected.
"""

import importlib.util
import os
import zoneinfo
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

REDIS_URL: Final = r"^(unix://.|rediss?://.|rediss?\+cluster://.|rediss?\+sentinel://[^/]+/[^/]+$)"
Network = IPv4Network | IPv6Network
LANES: Final = 2  # write lanes of a worker; the second helps when the first is slow or much is waiting


class SettingsError(ValueError):
    """A key of the environment is missing or wrong; the text says which and what to do."""


class Settings(Struct, frozen=True, kw_only=True):
    """What the service needs to know. Field names in upper case are the environment's keys."""

    database_url: str
    secret_key: Annotated[str, Meta(min_length=32)]
    database_replica_url: str | None = None
    redis_url: Annotated[str, Meta(pattern=REDIS_URL)] | None = None
    api_host: str = "127.0.0.1"
    api_port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 9464
    workers: Annotated[int, Meta(ge=1, le=64)] = 2
    database_connections: Annotated[int, Meta(ge=4, le=1000)] = 50
    coalesce: bool = True
    timezone: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_json: bool = True
    otel_exporter_otlp_endpoint: Annotated[str, Meta(pattern=r"^https?://")] | None = None
    cookie_secure: bool = True
    trusted_proxies: str = ""
    firmware_dir: Path = Path("firmware")
    label_dir: Path | None = None
    use_s3: bool = False
    s3_bucket: str | None = None
    aws_region: str | None = None
    aws_endpoint_url_s3: Annotated[str, Meta(pattern=r"^https?://")] | None = None

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Where proxies stand that are believed about who called them; one on this machine always is."""
        return tuple(ip_network(text.strip()) for text in self.trusted_proxies.split(",") if text.strip())

    @property
    def connections_per_worker(self) -> int:
        """A reload runs workers + 1 of them, and the sum of their connections stays in the limit."""
        return max(2, self.database_connections // (self.workers + 1))

    @property
    def lanes(self) -> int:
        """Connections of one worker that commit events; without coalescing each takes one event at a time."""
        return (
            min(LANES, self.connections_per_worker - 1) if self.coalesce else self.connections_per_worker // 2
        )

    @property
    def pool_size(self) -> int:
        """Connections of one worker for everything but events."""
        return self.connections_per_worker - self.lanes


_OWN_NAME: Final = {
    *("workers", "database_connections", "coalesce", "timezone", "log_level", "log_json", "cookie_secure"),
    "trusted_proxies",
    "label_dir",
}


def key_of(field: str) -> str:
    """Return the environment's key of a field; keys that are not the customer's carry our prefix."""
    return f"NEUROHUB_{field.upper()}" if field in _OWN_NAME else field.upper()


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings in `environment`; `PORT` (Railway) stands in for `API_PORT`.

    Raises `SettingsError` naming the key at fault.
    """
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        key = key_of(field.name)
        text = environment.get(key, "")
        if text == "" and key == "API_PORT":
            text = environment.get("PORT", "")
        if text != "":
            values[field.name] = _convert(key, text, field.type)
        elif field.required:
            raise SettingsError(f"{key} is not set; `neurohub up` sets it for a local service")
    if values.get("use_s3") and not values.get("s3_bucket"):
        raise SettingsError("USE_S3=true needs S3_BUCKET: the bucket that firmware is kept in")
    if values.get("otel_exporter_otlp_endpoint") and importlib.util.find_spec("opentelemetry") is None:
        raise SettingsError("OTEL_EXPORTER_OTLP_ENDPOINT needs the extra: pip install 'neurohub[tracing]'")
    return _checked(Settings(**values | {"timezone": timezone(environment)}))


def _checked(settings: Settings) -> Settings:
    try:
        _ = settings.proxies
    except ValueError as error:
        key = key_of("trusted_proxies")
        raise SettingsError(f"{key} takes networks like 10.0.1.0/24, with commas between: {error}") from None
    return settings


def given(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return what `environment` says; a key that is set to nothing says nothing."""
    return {key: text for key, text in environment.items() if text != ""}


def _convert(key: str, text: str, kind: Any) -> Any:
    try:
        return msgspec.convert(text, kind, strict=False, dec_hook=lambda _, value: Path(value))
    except msgspec.ValidationError as error:
        shown = (
            "***"
            if key in {"SECRET_KEY", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL"}
            else repr(text)
        )
        raise SettingsError(f"{key}={shown} is not acceptable: {error}") from None


def timezone(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the plant's time zone if `NEUROHUB_TIMEZONE` names one; migrations write it into the plant's data."""
    name = environment.get("NEUROHUB_TIMEZONE") or None
    if name is not None:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise SettingsError(f"NEUROHUB_TIMEZONE={name!r} is not a time zone, e.g. Asia/Seoul") from None
    return name
