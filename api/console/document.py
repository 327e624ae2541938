"""The OpenAPI document, without a server."""

import argparse
import json

from api.console.connecting import ready_owner
from api.http import openapi
from api.settings import Settings


def print_openapi(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print the OpenAPI document."""
    with ready_owner(settings) as connection:
        print(json.dumps(openapi.document(connection, settings), indent=2, ensure_ascii=False))
    return 0
