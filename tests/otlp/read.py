"""Reads OTLP in JSON with the published definitions; prints each span's ids and name, as those understand them."""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

IDS = ("traceId", "spanId", "parentSpanId")


def with_ids_of_protobuf(value):
    """OTLP has hexadecimal digits where protobuf's own JSON has base64: the one documented difference."""
    if isinstance(value, list):
        return [with_ids_of_protobuf(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(inner)).decode() if key in IDS else with_ids_of_protobuf(inner)
        for key, inner in value.items()
    }


for line in sys.stdin:
    # Unknown fields, wrong types and unknown enumerators are errors.
    request = json_format.ParseDict(with_ids_of_protobuf(json.loads(line)), ExportTraceServiceRequest())
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
                assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
                print(span.trace_id.hex(), span.span_id.hex(), span.kind, span.name)
