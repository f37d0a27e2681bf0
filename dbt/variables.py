"""What may stand in a variable, and what is shown of one. A reason comes after the name and shows nothing of the value.

The rules for addresses, proxies and certificates are those of the other programs (docs/standard-variables.md): what the
libraries would pass over, so that a call goes past the proxy, is refused.
"""

import contextlib
import ipaddress
import json
import os
import re
import ssl
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

BASE = "is not http://HOST or https://HOST, without user, password, ? and #"
PROXY = "is not http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ where it wants them, percent-encoded"
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
# libraries of Google's read these in the place of SSL_CERT_FILE
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# what dbt may be told here; by others of its variables it would leave out tests or rows, and be content
DBT_TAKEN = ("DBT_TARGET", "DBT_TARGET_PATH", "DBT_LOG_LEVEL")
NO_EFFECT = "has no effect: dbt is told here what to do, see dbt/README.md"
NO_PLAIN_PATH = "has a ? or # in it, where dbt-duckdb takes the name of its database to end"
# which of the chart's values each setting is, `NAME=VALUE; …`; a name that ends in `*` stands for all that begin so,
# and stand below that value by their own name
CHART_VALUES = "CHART_VALUES"
SETTING = re.compile(r"[A-Z0-9_]+")
# shorter than a word of a message
SHORTEST_HIDDEN = 3


def base_url(value: str) -> str | None:
    """Why it is not the base of an address."""
    parts = split(value)
    return None if parts and not has_user(parts) and "?" not in value and "#" not in value else BASE


def proxy(value: str) -> str | None:
    """Why it is not the address of a proxy."""
    parts = split(value)
    is_bare = parts is not None and parts.path in ("", "/") and "?" not in value and "#" not in value
    return None if is_bare else PROXY


def split(value: str) -> SplitResult | None:
    """The parts of an http or https URL that every library reads alike."""
    # printable ASCII without a blank, and without what some read as a slash
    if not re.fullmatch(r"[!-~]+", value) or "\\" in value:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    host = re.sub(r":[0-9]*$", "", parts.netloc.rpartition("@")[2])
    is_well = parts.scheme in ("http", "https") and is_host(host) and port != 0 and parts.netloc.count("@") <= 1
    return parts if is_well else None


def is_in_a_network(url: str, networks: str) -> bool:
    """Whether the address in a URL is in one of the networks of a NO_PROXY. urllib takes them for names; requests knows
    those of IPv4."""
    try:
        address = ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    for each in networks.split(","):
        with contextlib.suppress(ValueError):
            if address in ipaddress.ip_network(each.strip(), strict=False):
                return True
    return False


def is_host(text: str) -> bool:
    if text.startswith("[") and text.endswith("]"):
        try:
            return ipaddress.ip_address(text[1:-1]).version == 6
        except ValueError:
            return False
    labels = text.removesuffix(".").split(".")
    return len(text) <= 253 and all(re.fullmatch(r"[A-Za-z0-9_-]{1,63}", label) for label in labels)


def has_user(parts: SplitResult) -> bool:
    return "@" in parts.netloc


def token(value: str) -> str | None:
    """Why it cannot be sent in a header."""
    if re.fullmatch(r"[\t -~]+", value):
        return None
    return "cannot be sent in a header: it has a line end, or a sign that is not ASCII"


def certificates(value: str) -> str | None:
    try:
        if not Path(value).is_file():
            return "names no file"
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
    except (OSError, ValueError):
        return "names a file without a certificate in PEM that can be read"
    return None


def folders(value: str) -> str | None:
    return None if all(is_folder(folder) for folder in value.split(":")) else "names a folder that is not there"


def credentials(value: str) -> str | None:
    """Why it is not the file of a key, or of where to get one."""
    try:
        known = json.loads(Path(value).read_text()) if Path(value).is_file() else None
    except (OSError, ValueError, RecursionError):
        known = None
    if isinstance(known, dict) and isinstance(known.get("type"), str):
        return None
    return "names no file with credentials that can be read, as Google gives them out (JSON)"


def size(value: str) -> str | None:
    """DuckDB takes more, such as -1 for no limit at all, and passes over what follows."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([KMGT]?)(i?)B?", value, re.IGNORECASE)
    power = "KMGT".find(found.group(2).upper()) + 1 if found and found.group(2) else 0
    bytes_ = float(found.group(1)) * (1024 if found.group(3) else 1000) ** power if found else 0
    return None if 10**6 <= bytes_ <= 10**15 else "is not a size from 1MB to 1000TB, such as 512MB or 2GiB"


def writable_folder(value: str) -> str | None:
    is_one = is_folder(value) and os.access(value, os.W_OK | os.X_OK)
    return None if is_one else "is not a folder that can be written to"


def is_plain_path(value: str) -> bool:
    """Whether dbt-duckdb finds the name of a database that is in that folder: it reads the place as a URL."""
    return "?" not in value and "#" not in value


def is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def network_faults(environment: Mapping[str, str]) -> Iterable[str]:
    """How calls go out. An empty proxy counts as given: libraries differ in whether it hides the other spelling."""
    rules: tuple[tuple[str, Callable[[str], str | None]], ...] = (
        *((name, proxy) for name in PROXIES),
        ("SSL_CERT_FILE", certificates),
        ("SSL_CERT_DIR", folders),
    )
    for name, refusal in rules:
        value = environment.get(name, "")
        reason = refusal(value) if value else None
        if reason:
            yield f"{name} {reason}"
    for capitals in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        one, other = environment.get(capitals), environment.get(capitals.lower())
        if one is not None and other is not None and one != other:
            yield f"{capitals} is not what {capitals.lower()} is, and one of them would be passed over"


def google_faults(environment: Mapping[str, str]) -> Iterable[str]:
    """What Google's libraries read besides, of a call that is not to an emulator."""
    for name in BUNDLES:
        value = environment.get(name, "")
        reason = certificates(value) if value else None
        # a folder is taken as well
        if reason and not is_folder(value):
            yield f"{name} {reason}"
    key = environment.get("GOOGLE_APPLICATION_CREDENTIALS", "")
    reason = credentials(key) if key else None
    if reason:
        yield "GOOGLE_APPLICATION_CREDENTIALS " + reason


def passed_over(environment: Mapping[str, str]) -> list[str]:
    """The names that dbt would read, were it started otherwise."""
    return sorted(
        name for name in environment if name == "DUCKDB_PATH" or (name.startswith("DBT_") and name not in DBT_TAKEN)
    )


class Hidden:
    """Takes secrets out of what somebody else's software says."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        secrets = {environment.get("REPORTS_TOKEN", ""), environment.get("GOOGLE_APPLICATION_CREDENTIALS", "")}
        for name in PROXIES:
            user, at, _ = environment.get(name, "").rpartition("@")
            if at:
                user = user.rpartition("//")[2]
                secrets |= {user, user.partition(":")[2]}
        if is_path(environment.get("GOOGLE_APPLICATION_CREDENTIALS", "")):
            secrets.discard(environment["GOOGLE_APPLICATION_CREDENTIALS"])
        self.forms = forms_of(*secrets)

    def in_text(self, said: str) -> str:
        return without(said, self.forms)


def forms_of(*secrets: str) -> list[str]:
    """As they may be printed; the longest first, since one may be a part of another."""
    forms = {form for each in secrets for form in (each, each.strip(), unquote(each), quote(each, errors="replace"))}
    forms |= {json.dumps(form)[1:-1] for form in forms} | {repr(form)[1:-1] for form in forms}
    forms |= {one_line(form, len(form)) for form in forms}
    return sorted((form for form in forms if len(form) >= SHORTEST_HIDDEN), key=len, reverse=True)


def without(said: str, forms: Iterable[str]) -> str:
    for form in forms:
        said = said.replace(form, "***")
    return said


def is_path(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def one_line(said: object, most: int = 300) -> str:
    """Without line ends and what else would move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(str(said).split()))[:most]


def with_chart_values(message: str, variables: Mapping[str, str] = os.environ) -> str:
    """A message with the chart's values of the settings that it names: whoever installed it has these instead."""
    table = dict(pair.split("=", 1) for pair in variables.get(CHART_VALUES, "").split("; ") if "=" in pair)
    named = dict.fromkeys(SETTING.findall(message))
    told = [f"{name} is {value}" for name in named if (value := value_of(table, name))]
    return f"{message} (in the chart, {', '.join(told)})" if told else message


def value_of(table: Mapping[str, str], setting: str) -> str | None:
    if setting in table:
        return table[setting]
    for name, value in table.items():
        if name.endswith("*") and setting.startswith(name[:-1]) and len(setting) >= len(name):
            return f"{value}.{setting}"
    return None
