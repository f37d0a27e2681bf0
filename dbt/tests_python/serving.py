"""A server that stands in for another program, for as long as a test runs."""

import http.server
import threading
import unittest


def serve(test: unittest.TestCase, server: http.server.HTTPServer) -> str:  # noqa: TID251 -- unittest runs those of dbt
    """Starts it, and ends it with the test. Gives its address."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"
