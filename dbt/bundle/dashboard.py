"""Opens the dashboard of the reports service as whoever reads it does: without a token."""

import http.client
import urllib.error

from handover import Away, Refused, opener
from outcome import Late, within
from variables import one_line

# the front page, in a language whose title is known here
PATH = "/?lang=en"
# what the page is called from the first start on, with numbers and without; services/reports/src/words/en.rs has it
TITLE = "<title>Recruiting at a glance"
# the page is far smaller
MOST_BYTES = 1_000_000


def opened(url: str, seconds: float) -> str | None:
    """Its address, or None where a login stands in front of it, which may be so on purpose. Raises Refused where
    something else is there, or Away."""
    try:
        page = within(seconds, lambda: page_of(url.rstrip("/") + PATH, seconds))
    except Late as problem:
        raise Away(f"it cannot be opened at REPORTS_URL: {problem}") from None
    if page is None:
        return None
    if TITLE not in page:
        raise Refused("the page at REPORTS_URL is another one: bring reports to the release that dbt has")
    return url.rstrip("/") + "/"


def page_of(address: str, seconds: float) -> str | None:
    try:
        with opener(address).open(address, timeout=seconds) as answer:
            page: bytes = answer.read(MOST_BYTES)
            return page.decode(errors="replace")
    except urllib.error.HTTPError as problem:
        problem.close()
        if problem.code in (401, 403) or 300 <= problem.code < 400:
            return None
        said = f"reports answered {problem.code}"
        raise Away(said) if problem.code in (408, 425, 429) or problem.code >= 500 else Refused(said) from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        said = one_line(problem) or type(problem).__name__
        raise Away(f"it cannot be opened at REPORTS_URL: {said}") from None
