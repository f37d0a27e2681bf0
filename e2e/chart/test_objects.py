"""What the chart's objects say of each other: names, traffic, schedules, and what they ask of a node."""

import ipaddress
import json
import re

import pytest

from chart.chart import (
    RELEASE,
    VALUE_SETS,
    VALUES,
    Object,
    Pod,
    chooses,
    every,
    job_of,
    name_of,
    of_kind,
    pod_named,
    pod_of,
    pods,
    render,
    render_without_cluster,
    value_set,
    variables,
)

# whole millicores, and bytes
UNITS = {"m": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
ONE_CPU, A_GIBIBYTE_AND_A_HALF = 1000, 1536 * 2**20
# a name of a CronJob, behind which its Jobs put eleven characters
LONGEST_CRON_JOB, LONGEST_NAME = 52, 63
# of `EMPLY_MAX_RETRY_SECONDS`, unless somebody sets more
RETRY_SECONDS = 300


def one_shots(objects: list[Object]) -> dict[str, tuple[Object, Pod]]:
    """The Job's spec and its pod."""
    found = {f"{each['kind']}-{name_of(each)}": (job_of(each), pod_of(each)) for each in objects}
    return {key: (job, pod) for key, (job, pod) in found.items() if job and pod}


every_object = every("each", lambda objects: {f"{each['kind']}-{name_of(each)}": each for each in objects})
every_cron_job = every("cron_job", lambda objects: of_kind(objects, "CronJob"))
every_one_shot = every(("job", "pod"), one_shots)


def test_no_two_objects_are_called_the_same(objects: list[Object]) -> None:
    names = [f"{each['kind']} {each['metadata']['name']}" for each in objects]
    assert sorted(names) == sorted(set(names))


def test_the_longest_names_fit() -> None:
    customer = "customers.a-clinic-of-many.source.customer=x"
    objects = render("--set", customer, "--set", "postgresql.backup.enabled=true", release="r" * 53)
    names = [(each["kind"], each["metadata"]["name"]) for each in objects]
    assert not [name for kind, name in names if len(name) > (LONGEST_CRON_JOB if kind == "CronJob" else LONGEST_NAME)]


@every_object
def test_every_object_says_whose_it_is(each: Object) -> None:
    assert each["metadata"]["labels"]["app.kubernetes.io/instance"] == RELEASE
    assert "namespace" not in each["metadata"]


def test_the_second_rendering_is_the_first(set_name: str, objects: list[Object]) -> None:
    again = render("--values", str(VALUE_SETS[set_name]))
    assert [without_chance(each) for each in again] == [without_chance(each) for each in objects]


def without_chance(each: Object) -> Object:
    """Without what is made up: names of Jobs, and secrets."""
    metadata = {**each["metadata"], "name": name_of(each)}
    return {**each, "metadata": metadata, "data": sorted(each.get("data", {}))}


def test_every_pod_is_denied_all_that_no_policy_allows(objects: list[Object]) -> None:
    (policy,) = [each["spec"] for key, each in of_kind(objects, "NetworkPolicy").items() if key.endswith("-default")]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in policy
    assert not [pod.name for pod in pods(objects) if not chooses(policy["podSelector"], pod.labels)]


def test_every_policy_is_for_somebody(objects: list[Object]) -> None:
    chosen = {key: [pod.name for pod in pods(objects) if chooses(policy["spec"]["podSelector"], pod.labels)]
              for key, policy in of_kind(objects, "NetworkPolicy").items()}
    assert all(chosen.values()), chosen


def test_every_call_has_its_policy(objects: list[Object]) -> None:
    calls = [(pod, label) for pod in pods(objects) for label in pod.labels if label.startswith("emply-pipeline/calls-")]
    selectors = [policy["spec"]["podSelector"] for policy in of_kind(objects, "NetworkPolicy").values()]
    assert calls
    assert not [(pod.name, call) for pod, call in calls
                if not any(call in str(selector) and chooses(selector, pod.labels) for selector in selectors)]


def test_every_service_leads_to_one_workload_and_a_port_of_it(objects: list[Object]) -> None:
    for key, service in of_kind(objects, "Service").items():
        targets = [pod for pod in pods(objects) if chooses(service["spec"]["selector"], pod.labels)]
        assert [pod.name for pod in targets] == [key]
        ports = {port["name"] for each in targets[0].containers for port in each.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, key


def test_a_customers_pods_cannot_write_to_anothers_reports() -> None:
    objects = value_set("external")
    calls = of_kind(objects, "NetworkPolicy")["emply-clinic-a-calls-reports"]["spec"]["podSelector"]
    own = [pod.name for pod in pods(objects) if chooses(calls, pod.labels)]
    assert "emply-clinic-a-export" in own
    assert not [pod for pod in own if "clinic-b" in pod]


def test_whoever_runs_helm_test_has_the_dashboard_opened(objects: list[Object]) -> None:
    """By the check of dbt, with the address that its runs have, past both policies; each customer's own."""
    services, jobs = of_kind(objects, "Service"), of_kind(objects, "Job")
    served = sorted(key.removesuffix("-reports") for key in services if key.endswith("-reports"))
    assert served == sorted(key.removesuffix("-test-dbt") for key in jobs if key.endswith("-test-dbt"))
    for stem in served:
        pod = pod_named(objects, stem + "-test-dbt", "Job")
        assert variables(pod.containers[0])["REPORTS_URL"] == f"http://{stem}-reports:8080"
        assert pod.containers[0]["args"] == ["check"]
        assert lets_through(objects, pod, stem + "-reports", 8080), stem


def lets_through(objects: list[Object], caller: Pod, called: str, port: int) -> bool:
    """Whether a policy lets the caller out to that pod's port, and one lets it in there."""
    (target,) = [pod for pod in pods(objects) if pod.name == called]
    policies = [each["spec"] for each in of_kind(objects, "NetworkPolicy").values()]

    def by(own: Pod, other: Pod, direction: str, peers: str) -> bool:
        rules = [rule for spec in policies if chooses(spec["podSelector"], own.labels)
                 for rule in spec.get(direction, ())]
        return any(port in [each["port"] for each in rule.get("ports", ())] and "podSelector" in peer
                   and "namespaceSelector" not in peer and chooses(peer["podSelector"], other.labels)
                   for rule in rules for peer in rule.get(peers, ()))

    return by(caller, target, "egress", "to") and by(target, caller, "ingress", "from")


def test_helm_test_opens_no_dashboard_where_none_is() -> None:
    pod = pod_named(render("--set", "reports.enabled=false"), "emply-test-dbt", "Job")
    assert "REPORTS_URL" not in variables(pod.containers[0])


def test_strangers_are_reached_at_443_outside_of_private_networks() -> None:
    policies = of_kind(value_set("external"), "NetworkPolicy")
    egress = policies["emply-calls-source"]["spec"]["egress"]
    assert [rule["ports"] for rule in egress] == [[{"protocol": "TCP", "port": 443}]]
    of4, of6 = (peer["ipBlock"] for peer in egress[0]["to"])
    assert (of4["cidr"], of6["cidr"]) == ("0.0.0.0/0", "::/0")
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(of4["except"])
    assert {"fc00::/7", "fe80::/10"} <= set(of6["except"])
    assert policies["emply-calls-board"]["spec"]["egress"] == egress


def test_nothing_goes_to_strangers_where_the_mock_is_the_source() -> None:
    assert not [rule for each in of_kind(value_set("default"), "NetworkPolicy").values()
                for rule in each["spec"].get("egress", []) if re.search(r"\b0\.0\.0\.0/0|::/0", str(rule))]


@every("policy", lambda objects: of_kind(objects, "NetworkPolicy"))
def test_what_a_rule_leaves_out_lies_within_it(policy: Object) -> None:
    """Else the API server refuses it: networks of two families above all."""
    blocks = [peer["ipBlock"] for rule in policy["spec"].get("egress", ()) for peer in rule.get("to", ())
              if "ipBlock" in peer]
    for block in blocks:
        whole = ipaddress.ip_network(block["cidr"])
        for left_out in map(ipaddress.ip_network, block.get("except", ())):
            assert left_out.version == whole.version
            assert left_out.prefixlen > whole.prefixlen
            assert left_out.network_address in whole


def test_private_addresses_are_no_strangers_behind_a_translation() -> None:
    """NAT64 writes an address of IPv4 behind 64:ff9b::, RFC 6052: the rules for both are the same."""
    ranges = [ipaddress.ip_network(each) for each in VALUES["networkPolicy"]["privateRanges"]]
    of4 = {each for each in ranges if each.version == 4}
    translated = [each for each in ranges if each.version == 6 and each.prefixlen >= 96]
    prefix = int(ipaddress.ip_address("64:ff9b::"))
    assert of4 == {ipaddress.ip_network((int(each.network_address) - prefix, each.prefixlen - 96))
                   for each in translated if each.network_address != ipaddress.ip_address("::1")}


def test_a_server_with_an_address_of_ipv6_is_named_as_urls_name_it() -> None:
    env = variables(pod_named(value_set("ipv6"), "emply-ingest").containers[0])
    assert env["DATABASE_URL"] == "postgres://emply_ingest@[2001:db8::5432]:5432/emply"
    policy = of_kind(value_set("ipv6"), "NetworkPolicy")["emply-calls-database"]
    assert [peer["ipBlock"]["cidr"] for peer in policy["spec"]["egress"][0]["to"]] == ["2001:db8::5432/128"]


def paths_of_the_mock(*words: str) -> set[tuple[str, str]]:
    options = ("--set", "mock.ingress.enabled=true,mock.ingress.host=mock.example.org", *words)
    (rule,) = of_kind(render(*options), "Ingress")["emply-mock-api"]["spec"]["rules"]
    return {(path["path"], path["pathType"]) for path in rule["http"]["paths"]}


def test_the_mocks_control_is_not_offered_to_whoever_reaches_its_host() -> None:
    """`/` leads to Swagger UI and to nothing below it."""
    prefixes = ("/v1", "/api", "/openapi", "/swagger-ui")
    assert paths_of_the_mock() == {("/", "Exact"), *((path, "Prefix") for path in prefixes)}
    assert paths_of_the_mock("--set", "mock.ingress.control=true") == {("/", "Prefix")}


def env_of_the_mock(*words: str) -> dict[str, Object]:
    pod = pod_named(render(*words), "emply-mock-api", "Deployment")
    return {each["name"]: each for each in pod.containers[0]["env"]}


def test_the_mock_plays_every_customer_that_has_no_source() -> None:
    words = ("--set-json", """customers={"default": {}, "aardvark": {"source": {"customer": "aa"}},
             "twin": {},
             "real": {"source": {"baseUrl": "https://api.example.com", "customer": "real"}, "apiKey": "k"}}""")
    env = env_of_the_mock(*words)
    # a customer that is added later does not become the first
    assert env["MOCK_CUSTOMERS"]["value"] == "acme,aa"
    assert env["MOCK_KEYS"]["value"] == "$(KEY_OF_AARDVARK),$(KEY_OF_DEFAULT),$(KEY_OF_TWIN)"


@pytest.mark.parametrize("step", ["ingest", "by-hand"])
def test_the_mocks_customers_live_in_its_time(step: str) -> None:
    objects = render("--set-json", """customers={"default": {},
                     "real": {"source": {"baseUrl": "https://api.example.com", "customer": "real"}, "apiKey": "k"}}""")
    clocks = [variables(pod_named(objects, f"emply-{name}").containers[0]).get("EMPLY_CLOCK")
              for name in (step, "real-" + step)]
    assert clocks == ["own", None]


def test_the_boards_accounts_are_secret() -> None:
    assert "MOCK_BOARD_ACCOUNTS" not in env_of_the_mock()
    env = env_of_the_mock("--set", "mock.board.existingSecret=accounts", "--set", "mock.board.errorStatus=400")
    reference = env["MOCK_BOARD_ACCOUNTS"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "accounts", "key": "MOCK_BOARD_ACCOUNTS"}
    assert env["MOCK_BOARD_ERROR_STATUS"]["value"] == "400"


@every_one_shot
def test_a_failure_that_no_retry_helps_is_not_tried_again(job: Object, pod: Pod) -> None:
    disruption = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    # psql's and pg_dump's codes mean other things than ours
    ours = [] if pod.is_postgresql else [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [2]}}]
    assert job["podFailurePolicy"]["rules"] == [*ours, disruption]


@every("job", lambda objects: {key: job for key, (job, _) in one_shots(objects).items()})
def test_every_job_ends_and_goes(job: Object) -> None:
    assert job["activeDeadlineSeconds"] > RETRY_SECONDS * (job["backoffLimit"] + 1)
    assert job["ttlSecondsAfterFinished"] > 0


@every_cron_job
def test_every_schedule_says_what_happens_when_it_cannot_be_kept(cron_job: Object) -> None:
    spec = cron_job["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert re.fullmatch(r"\w+/\w+", spec["timeZone"])
    assert spec["startingDeadlineSeconds"] > 0
    assert isinstance(spec["suspend"], bool)
    assert {"successfulJobsHistoryLimit", "failedJobsHistoryLimit"} <= set(spec)


def jobs_of(objects: list[Object]) -> dict[str, str]:
    """Names of the Jobs of an install or upgrade, by what they are called without their ends."""
    return {name_of(each): each["metadata"]["name"] for each in objects
            if each["kind"] == "Job" and "annotations" not in each["metadata"]}


@pytest.mark.parametrize("words", [("--set", "postgresql.backup.enabled=true"), ("--is-upgrade",)])
def test_no_two_lives_of_a_release_have_a_job_of_the_same_name(words: tuple[str, ...]) -> None:
    """One of an upgrade that failed is still there when another install comes to the same revision."""
    first, second = jobs_of(render(*words)), jobs_of(render(*words))
    assert set(first) == set(second) >= {"emply-migrate"}
    assert set(first.values()).isdisjoint(second.values())


def test_what_is_applied_twice_has_the_same_jobs() -> None:
    assert render_without_cluster() == render_without_cluster()


def test_what_is_applied_after_a_change_has_other_jobs() -> None:
    """A Job cannot be changed."""
    jobs = jobs_of(render_without_cluster())
    for change in ("image.tag=next", "logs.level=debug", "customerDefaults.settings.INGEST_GONE_DAYS=3"):
        changed = jobs_of(render_without_cluster("--set", change))
        assert changed.keys() == jobs.keys()
        assert changed["emply-migrate"] != jobs["emply-migrate"]
    # and one that has nothing to do with a Job leaves it as it is
    assert jobs_of(render_without_cluster("--set", "lake.size=6Gi")) == jobs


def test_a_job_that_is_applied_stays() -> None:
    """Whoever compares what is there with what is to be would make it anew."""
    jobs = of_kind(render_without_cluster("--set", "postgresql.backup.enabled=true"), "Job")
    assert [name for name, each in jobs.items() if "ttlSecondsAfterFinished" in each["spec"]] == []
    assert not [name for name in jobs if "-test-" in name]


def test_export_comes_before_dbt() -> None:
    pod = pod_named(value_set("default"), "emply-export")
    assert [each["name"] for each in pod.spec["initContainers"]] == ["export"]
    assert [each["name"] for each in pod.spec["containers"]] == ["dbt"]


def test_an_install_has_a_first_run_and_an_upgrade_has_none() -> None:
    tests = {"emply-test-" + program for program in ("migrate", "ingest", "export", "dbt", "transfer")}
    assert set(of_kind(render(), "Job")) == {"emply-first-run", "emply-migrate", *tests}
    assert "emply-first-run" not in of_kind(render("--is-upgrade"), "Job")


@pytest.mark.parametrize("words", ["", "--is-upgrade", "--set firstRun.enabled=false,postgresql.backup.enabled=true"])
def test_no_claim_is_left_for_helm_to_wait_for(words: str) -> None:
    """Many classes make a volume when a pod wants it, and `helm --wait` waits for the volume."""
    objects = render(*words.split())
    at_once = [pod for pod in pods(objects) if pod.kind in ("Deployment", "Job") and "-test-" not in pod.name]
    wanted = {volume["persistentVolumeClaim"]["claimName"] for pod in at_once for volume in pod.spec["volumes"]
              if "persistentVolumeClaim" in volume}
    assert set(of_kind(objects, "PersistentVolumeClaim")) == wanted


def test_a_customer_has_what_differs_and_the_defaults() -> None:
    objects = value_set("external")
    jobs = {key: each["spec"] for key, each in of_kind(objects, "CronJob").items()}
    assert jobs["emply-clinic-a-ingest"]["schedule"] == "7 * * * *"
    assert jobs["emply-clinic-b-ingest"]["schedule"] == "*/30 * * * *"
    assert [jobs[f"emply-clinic-{customer}-export"]["suspend"] for customer in "ab"] == [False, True]
    of_a, of_b = (variables(pod_named(objects, f"emply-clinic-{customer}-ingest").containers[0]) for customer in "ab")
    assert of_a["INGEST_START"] == "2024-01-01"
    assert "INGEST_START" not in of_b
    assert of_a["DATABASE_URL"] == "postgres://reads_for_a@db.example.org:6432/emply_clinic_a"
    assert of_b["DATABASE_URL"] == "postgres://emply_clinic_b_ingest@db.example.org:6432/emply_clinic_b"
    assert "emply-clinic-b-lake" not in of_kind(objects, "PersistentVolumeClaim")


def test_settings_arrive_as_they_were_written() -> None:
    written = {"INGEST_MAX_REQUESTS": 1000000, "INGEST_MAX_REJECTED_RATIO": 0.25, "INGEST_GONE_DAYS": 0,
               "INGEST_START": "2024-01-01", "EMPLY_ANY": True}
    objects = render("--set-json", f"customers.default.settings={json.dumps(written)}")
    found = variables(pod_named(objects, "emply-ingest").containers[0])
    assert {name: found[name] for name in written} == {
        "INGEST_MAX_REQUESTS": "1000000", "INGEST_MAX_REJECTED_RATIO": "0.25", "INGEST_GONE_DAYS": "0",
        "INGEST_START": "2024-01-01", "EMPLY_ANY": "true"}


def test_days_after_which_people_are_forgotten_reach_every_run_of_ingest() -> None:
    runs = {pod.name: variables(pod.containers[0]) for pod in pods(value_set("external"))
            if pod.labels.get("emply-pipeline/customer") == "clinic-a" and "-ingest" in pod.name}
    assert "emply-clinic-a-ingest" in runs
    days = {name: (env["INGEST_RETENTION_DAYS"], env["INGEST_GONE_DAYS"]) for name, env in runs.items()}
    assert days == dict.fromkeys(runs, ("180", "7"))


@every("job", lambda objects: of_kind(objects, "Job"))
def test_a_check_answers_without_log_lines(job: Object) -> None:
    """Nobody asks for them in its pod, and its own lines are on stdout, so nothing hides a failure."""
    (pod,) = pods([job])
    (*_, container) = pod.containers
    is_check = container.get("args") == ["check"]
    assert is_check == ("-test-" in pod.name)
    assert "command" not in container
    assert ("RUST_LOG" in variables(pod.containers[0])) != is_check


@every("each", lambda objects: {**of_kind(objects, "PersistentVolumeClaim"), **{
    f"Secret-{key}": each for key, each in of_kind(objects, "Secret").items()}})
def test_claims_and_secrets_outlive_the_release(each: Object) -> None:
    assert each["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


@every("deployment", lambda objects: of_kind(objects, "Deployment"))
def test_two_never_write_to_one_volume_or_one_world(deployment: Object) -> None:
    assert (deployment["spec"]["replicas"], deployment["spec"]["strategy"]) == (1, {"type": "Recreate"})


def test_secrets_are_made_up_only_where_none_are_given() -> None:
    secrets = of_kind(value_set("default"), "Secret")
    assert {key: sorted(each["data"]) for key, each in secrets.items()} == {
        "emply": ["EMPLY_API_KEY", "PII_KEY", "REPORTS_TOKEN"], "emply-postgresql": ["password"],
        "emply-board": ["BOARD_EMAIL", "BOARD_PASSWORD"], "emply-mock-role": ["password"],
        "emply-roles": ["export", "ingest", "reports", "transfer"]}
    assert of_kind(value_set("external"), "Secret") == {}


def test_nothing_of_ours_is_a_config_map_but_what_people_write_at_length(objects: list[Object]) -> None:
    written = ("-transfer", "-vocabulary", "-google")
    assert not [key for key in of_kind(objects, "ConfigMap") if not key.endswith(written)]


def test_a_server_of_ones_own_is_asked_with_its_authority() -> None:
    asking = [container for pod in pods(value_set("external")) if pod.labels["app.kubernetes.io/component"] != "network"
              for container in pod.containers if "DATABASE_URL" in variables(container)]
    assert asking
    for container in asking:
        env = variables(container)
        assert env["PGSSLMODE"] == "verify-full"
        folder = env["PGSSLROOTCERT"].rpartition("/")[0]
        assert {"mountPath": folder, "name": "postgresql-ca", "readOnly": True} in container["volumeMounts"]


EXTERNAL = "postgresql.enabled=false,postgresql.existingSecret=x,postgresql.external.host=db.example.org"


@pytest.mark.parametrize(("words", "mode"), [
    ("logs.level=info", "disable"),
    (EXTERNAL, "require"),
    (EXTERNAL + ",postgresql.tls.caSecret=authority", "verify-full"),
    (EXTERNAL + ",postgresql.tls.mode=prefer", "prefer"),
    (EXTERNAL + ",postgresql.tls.mode=verify-ca,postgresql.tls.caSecret=authority", "verify-ca"),
])
def test_a_server_elsewhere_is_reached_by_tls_unless_somebody_asks_for_less(words: str, mode: str) -> None:
    """Backups too, whose programs would take less by themselves."""
    objects = render("--set", words + ",postgresql.backup.enabled=true")
    asking = [variables(container) for pod in pods(objects) for container in pod.containers]
    by_name = ("DATABASE_URL", "MOCK_DATABASE_URL", "PGHOST")
    assert {env["PGSSLMODE"] for env in asking if not env.keys().isdisjoint(by_name)} == {mode}


@every("pod", lambda objects: {pod.name: pod for pod in pods(objects) if pod.kind in ("Deployment", "StatefulSet")})
def test_whoever_serves_says_whether_it_lives_and_is_ready(pod: Pod) -> None:
    assert not [each["name"] for each in pod.spec["containers"] if not {"livenessProbe", "readinessProbe"} <= set(each)]


def test_all_at_once_fits_a_laptop() -> None:
    """Everything that the chart asks for when every CronJob and Job runs at the same time. Commands by hand do not:
    they wait for a run of ingest."""
    asked = [requests(pod) for pod in pods(value_set("default")) if not pod.is_by_hand]
    assert sum(cpu for cpu, _ in asked) <= ONE_CPU
    assert sum(memory for _, memory in asked) <= A_GIBIBYTE_AND_A_HALF


def requests(pod: Pod) -> tuple[int, int]:
    """Millicores and bytes, as the scheduler counts them: the largest step, or all containers together."""
    def of(containers: list[Object], name: str) -> list[int]:
        return [quantity(each["resources"]["requests"][name]) for each in containers]

    first, rest = pod.spec.get("initContainers", []), pod.spec["containers"]
    cpu, memory = (max([sum(of(rest, name)), *of(first, name)]) for name in ("cpu", "memory"))
    return cpu, memory


def quantity(text: str) -> int:
    found = re.fullmatch(r"(\d+)(m|[KMG]i)", text)
    assert found, f"{text} is a quantity in a unit that is not expected"
    return int(found.group(1)) * UNITS[found.group(2)]
