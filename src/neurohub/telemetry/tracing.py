"""Traces, by OpenTelemetry: a span for each request, and one for each batch, linked with the requests in it.

The only file that knows OpenTelemetry. Nobody imports it but the composition root, and that only where
OTEL_EXPORTER_OTLP_ENDPOINT names a collector: what is not imported costs nothing. Its other settings are the
library's own (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, ...). A collector that is away is not waited for.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from neurohub import __version__

App = Callable[[Any, Any, Any], Awaitable[None]]
_OF_CLIENT: Final = TraceContextTextMapPropagator()
_ITS_HEADERS: Final = frozenset({b"traceparent", b"tracestate"})
_SERVICE: Final = Resource({"service.name": "neurohub", "service.version": __version__})


class Traces:
    """What a worker traces. Close it at the worker's end, in a thread: it hands over what it has."""

    def __init__(self) -> None:
        self._provider = TracerProvider(resource=_SERVICE.merge(OTELResourceDetector().detect()))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("neurohub", __version__)

    def close(self) -> None:
        self._provider.shutdown()

    def around(self, app: App) -> App:
        """Return `app` with a span around each request, a child of the client's `traceparent`."""

        async def traced(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            said = {
                name.decode(): value.decode("latin-1")
                for name, value in scope["headers"]
                if name in _ITS_HEADERS
            }
            begun_by = _OF_CLIENT.extract(said)
            with self._tracer.start_as_current_span(scope["method"], begun_by, SpanKind.SERVER) as span:
                await app(scope, receive, _watched(scope, send, span))

        return traced

    def cause(self) -> Span:
        """Return the span of the request that is being served: what asked for an item of a batch."""
        return trace.get_current_span()

    @contextmanager
    def batch(self, name: str, causes: Sequence[Any]) -> Iterator[None]:
        """Trace one batch: a child of the first request in it, linked with all of them, and they with it."""
        asking: list[Span] = [cause for cause in causes if cause.is_recording()]
        if not asking:
            yield
            return
        first = trace.set_span_in_context(asking[0])
        links = [Link(span.get_span_context()) for span in asking]
        with self._tracer.start_as_current_span(f"{name} batch", first, SpanKind.CLIENT, links=links) as span:
            span.set_attributes({"db.system.name": "postgresql", "db.operation.batch.size": len(causes)})
            for one in asking:
                one.add_link(span.get_span_context())
            yield


def _watched(scope: Any, send: Any, span: Span) -> Any:
    """Return a `send` that says in `span` what was answered."""

    async def watched(message: Any) -> None:
        if message["type"] == "http.response.start":
            route, status = scope.get("path_template") or "unmatched", message["status"]
            state = scope["state"]
            span.update_name(f"{scope['method']} {route}")
            span.set_attributes(
                {
                    "http.request.method": scope["method"],
                    "http.route": route,
                    "http.response.status_code": status,
                    "neurohub.request_id": state["request_id"],
                    "neurohub.event_ids": [str(event_id) for event_id in state.get("event_ids", ())],
                }
            )
            if status >= 500:
                span.set_status(StatusCode.ERROR)
        await send(message)

    return watched
