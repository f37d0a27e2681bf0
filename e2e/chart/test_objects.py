"""What the chart's objects say of each other: names, traffic, schedules, and what they ask of a node."""

import json
import re
import unittest
from collections.abc import Iterator

from chart.chart import RELEASE, VALUE_SETS, Object, Pod, chooses, job_of, of_kind, pod_of, pods, render, value_set

# whole millicores, and bytes
UNITS = {"m": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
ONE_CPU, A_GIBIBYTE_AND_A_HALF = 1000, 1536 * 2**20
# a name of a CronJob, behind which its Jobs put eleven characters
LONGEST_CRON_JOB, LONGEST_NAME = 52, 63
# of `EMPLY_MAX_RETRY_SECONDS`, unless somebody sets more
RETRY_SECONDS = 300


def every_set() -> Iterator[tuple[str, list[Object]]]:
    for name in VALUE_SETS:
        yield name, value_set(name)


def every_one_shot() -> Iterator[tuple[str, Object, Object, Pod]]:
    """Where, the object, its Job's spec and its pod."""
    for name, objects in every_set():
        for each in objects:
            job, pod = job_of(each), pod_of(each)
            if job and pod:
                yield f"{name}: {each['kind']} {pod.name}", each, job, pod


class Names(unittest.TestCase):
    def test_no_two_objects_are_called_the_same(self) -> None:
        for name, objects in every_set():
            with self.subTest(name):
                names = [f"{each['kind']} {each['metadata']['name']}" for each in objects]
                self.assertEqual(sorted(names), sorted(set(names)))

    def test_the_longest_names_fit(self) -> None:
        customer = "customers.a-clinic-of-many.source.customer=x"
        objects = render("--set", customer, "--set", "postgresql.backup.enabled=true", release="r" * 53)
        for each in objects:
            longest = LONGEST_CRON_JOB if each["kind"] == "CronJob" else LONGEST_NAME
            with self.subTest(each["metadata"]["name"]):
                self.assertLessEqual(len(each["metadata"]["name"]), longest)

    def test_every_object_says_whose_it_is(self) -> None:
        for name, objects in every_set():
            for each in objects:
                with self.subTest(name, object=each["metadata"]["name"]):
                    labels = each["metadata"]["labels"]
                    self.assertEqual(labels["app.kubernetes.io/instance"], RELEASE)
                    self.assertNotIn("namespace", each["metadata"])

    def test_the_second_rendering_is_the_first(self) -> None:
        for name, file in VALUE_SETS.items():
            with self.subTest(name):
                again = render("--values", str(file))
                self.assertEqual([without_secrets(each) for each in again],
                                 [without_secrets(each) for each in value_set(name)])


def without_secrets(each: Object) -> Object:
    return {**each, "data": sorted(each.get("data", {}))} if each["kind"] == "Secret" else each


class Traffic(unittest.TestCase):
    def test_every_pod_is_denied_all_that_no_policy_allows(self) -> None:
        for name, objects in every_set():
            policy = next(each for key, each in of_kind(objects, "NetworkPolicy").items() if key.endswith("-default"))
            self.assertEqual(set(policy["spec"]["policyTypes"]), {"Ingress", "Egress"})
            self.assertNotIn("ingress", policy["spec"])
            for pod in pods(objects):
                with self.subTest(name, pod=pod.name):
                    self.assertTrue(chooses(policy["spec"]["podSelector"], pod.labels))

    def test_every_policy_is_for_somebody_and_every_call_has_its_policy(self) -> None:
        for name, objects in every_set():
            policies, everybody = of_kind(objects, "NetworkPolicy"), list(pods(objects))
            for key, policy in policies.items():
                with self.subTest(name, policy=key):
                    self.assertTrue(any(chooses(policy["spec"]["podSelector"], pod.labels) for pod in everybody))
            for pod in everybody:
                for call in filter(lambda label: label.startswith("emply-pipeline/calls-"), pod.labels):
                    with self.subTest(name, pod=pod.name, call=call):
                        allowing = [each for each in policies.values() if call in str(each["spec"]["podSelector"])
                                    and chooses(each["spec"]["podSelector"], pod.labels)]
                        self.assertTrue(allowing)

    def test_every_service_leads_to_one_workload_and_a_port_of_it(self) -> None:
        for name, objects in every_set():
            for key, service in of_kind(objects, "Service").items():
                with self.subTest(name, service=key):
                    targets = [pod for pod in pods(objects) if chooses(service["spec"]["selector"], pod.labels)]
                    self.assertEqual([pod.name for pod in targets], [key])
                    ports = {port["name"] for each in targets[0].containers for port in each.get("ports", [])}
                    self.assertLessEqual({port["targetPort"] for port in service["spec"]["ports"]}, ports)

    def test_a_customers_pods_cannot_write_to_anothers_reports(self) -> None:
        objects = value_set("external")
        calls = of_kind(objects, "NetworkPolicy")["emply-clinic-a-calls-reports"]["spec"]["podSelector"]
        own = [pod.name for pod in pods(objects) if chooses(calls, pod.labels)]
        self.assertIn("emply-clinic-a-export", own)
        self.assertFalse([pod for pod in own if "clinic-b" in pod])

    def test_whoever_runs_helm_test_has_the_dashboard_opened(self) -> None:
        """By the check of dbt, with the address that its runs have, past both policies; each customer's own."""
        for name, objects in every_set():
            services, jobs = of_kind(objects, "Service"), of_kind(objects, "Job")
            served = sorted(key.removesuffix("-reports") for key in services if key.endswith("-reports"))
            self.assertEqual(served, sorted(key.removesuffix("-test-dbt") for key in jobs if key.endswith("-test-dbt")))
            for stem in served:
                with self.subTest(name, customer=stem):
                    pod = pod_of(jobs[stem + "-test-dbt"])
                    assert pod is not None
                    self.assertEqual(variables(pod)["REPORTS_URL"], f"http://{stem}-reports:8080")
                    self.assertEqual(pod.containers[0]["args"], ["check"])
                    self.assertTrue(lets_through(objects, pod, stem + "-reports", 8080))
        without = of_kind(render("--set", "reports.enabled=false"), "Job")["emply-test-dbt"]
        self.assertNotIn("REPORTS_URL", variables(pod_of(without)))

    def test_strangers_are_reached_at_443_outside_of_private_networks(self) -> None:
        egress = of_kind(value_set("external"), "NetworkPolicy")["emply-calls-source"]["spec"]["egress"]
        self.assertEqual([rule["ports"] for rule in egress], [[{"protocol": "TCP", "port": 443}]])
        (block,) = [peer["ipBlock"] for peer in egress[0]["to"]]
        self.assertLessEqual({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"}, set(block["except"]))
        self.assertEqual(of_kind(value_set("external"), "NetworkPolicy")["emply-calls-board"]["spec"]["egress"], egress)

    def test_nothing_goes_to_strangers_where_the_mock_is_the_source(self) -> None:
        blocks = [rule for each in of_kind(value_set("default"), "NetworkPolicy").values()
                  for rule in each["spec"].get("egress", []) if "0.0.0.0/0" in str(rule)]
        self.assertEqual(blocks, [])


class Mock(unittest.TestCase):
    @staticmethod
    def env(*words: str) -> dict[str, Object]:
        pod = pod_of(of_kind(render(*words), "Deployment")["emply-mock-api"])
        assert pod is not None
        return {each["name"]: each for each in pod.containers[0]["env"]}

    def test_it_plays_every_customer_that_has_no_source(self) -> None:
        words = ("--set-json", """customers={"default": {}, "aardvark": {"source": {"customer": "aa"}},
                 "twin": {},
                 "real": {"source": {"baseUrl": "https://api.example.com", "customer": "real"}, "apiKey": "k"}}""")
        env = self.env(*words)
        # a customer that is added later does not become the first
        self.assertEqual(env["MOCK_CUSTOMERS"]["value"], "acme,aa")
        self.assertEqual(env["MOCK_KEYS"]["value"], "$(KEY_OF_AARDVARK),$(KEY_OF_DEFAULT),$(KEY_OF_TWIN)")

    def test_its_customers_live_in_its_time(self) -> None:
        words = ("--set-json", """customers={"default": {},
                 "real": {"source": {"baseUrl": "https://api.example.com", "customer": "real"}, "apiKey": "k"}}""")
        jobs = of_kind(render(*words), "CronJob")

        def clock(name: str) -> list[str]:
            pod = pod_of(jobs[name])
            assert pod is not None
            return [each["value"] for each in pod.containers[0]["env"] if each["name"] == "EMPLY_CLOCK"]

        for name in ("ingest", "by-hand"):
            self.assertEqual((clock("emply-" + name), clock("emply-real-" + name)), (["own"], []))

    def test_the_boards_accounts_are_secret(self) -> None:
        self.assertNotIn("MOCK_BOARD_ACCOUNTS", self.env())
        env = self.env("--set", "mock.board.existingSecret=accounts", "--set", "mock.board.errorStatus=400")
        self.assertEqual(env["MOCK_BOARD_ACCOUNTS"]["valueFrom"]["secretKeyRef"],
                         {"name": "accounts", "key": "MOCK_BOARD_ACCOUNTS"})
        self.assertEqual(env["MOCK_BOARD_ERROR_STATUS"]["value"], "400")


class OneShots(unittest.TestCase):
    def test_a_failure_that_no_retry_helps_is_not_tried_again(self) -> None:
        for where, _, job, pod in every_one_shot():
            with self.subTest(where):
                rules = job["podFailurePolicy"]["rules"]
                disruption = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
                # psql's and pg_dump's codes mean other things than ours
                ours = [] if pod.is_postgresql else [
                    {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [2]}}]
                self.assertEqual(rules, [*ours, disruption])

    def test_every_job_ends_and_goes(self) -> None:
        for where, _, job, _ in every_one_shot():
            with self.subTest(where):
                self.assertGreater(job["activeDeadlineSeconds"], RETRY_SECONDS * (job["backoffLimit"] + 1))
                self.assertGreater(job["ttlSecondsAfterFinished"], 0)

    def test_every_schedule_says_what_happens_when_it_cannot_be_kept(self) -> None:
        for name, objects in every_set():
            for key, each in of_kind(objects, "CronJob").items():
                with self.subTest(name, cron_job=key):
                    spec = each["spec"]
                    self.assertEqual(spec["concurrencyPolicy"], "Forbid")
                    self.assertRegex(spec["timeZone"], r"^\w+/\w+$")
                    self.assertGreater(spec["startingDeadlineSeconds"], 0)
                    self.assertIsInstance(spec["suspend"], bool)
                    self.assertLessEqual({"successfulJobsHistoryLimit", "failedJobsHistoryLimit"}, set(spec))

    def test_export_comes_before_dbt(self) -> None:
        pod = pod_of(of_kind(value_set("default"), "CronJob")["emply-export"])
        assert pod is not None
        self.assertEqual([each["name"] for each in pod.spec["initContainers"]], ["export"])
        self.assertEqual([each["name"] for each in pod.spec["containers"]], ["dbt"])

    def test_an_install_has_a_first_run_and_an_upgrade_has_none(self) -> None:
        tests = {"emply-test-" + program for program in ("migrate", "ingest", "export", "dbt", "transfer")}
        self.assertEqual(set(of_kind(render(), "Job")), {"emply-first-run-1", "emply-migrate-1", *tests})
        self.assertNotIn("emply-first-run-1", of_kind(render("--is-upgrade"), "Job"))

    def test_no_claim_is_left_for_helm_to_wait_for(self) -> None:
        """Many classes make a volume when a pod wants it, and `helm --wait` waits for the volume."""
        for options in ((), ("--is-upgrade",), ("--set", "firstRun.enabled=false,postgresql.backup.enabled=true")):
            objects = render(*options)
            at_once = [pod for pod in pods(objects) if pod.kind in ("Deployment", "Job") and "-test-" not in pod.name]
            wanted = {volume["persistentVolumeClaim"]["claimName"] for pod in at_once for volume in pod.spec["volumes"]
                      if "persistentVolumeClaim" in volume}
            with self.subTest(options):
                self.assertEqual(set(of_kind(objects, "PersistentVolumeClaim")), wanted)

    def test_a_customer_has_what_differs_and_the_defaults(self) -> None:
        objects = value_set("external")
        jobs = of_kind(objects, "CronJob")
        self.assertEqual(jobs["emply-clinic-a-ingest"]["spec"]["schedule"], "7 * * * *")
        self.assertEqual(jobs["emply-clinic-b-ingest"]["spec"]["schedule"], "*/30 * * * *")
        self.assertEqual([jobs[name]["spec"]["suspend"] for name in ("emply-clinic-a-export", "emply-clinic-b-export")],
                         [False, True])
        settings = {key: variables(pod_of(each)) for key, each in jobs.items()}
        self.assertEqual(settings["emply-clinic-a-ingest"]["INGEST_START"], "2024-01-01")
        self.assertNotIn("INGEST_START", settings["emply-clinic-b-ingest"])
        self.assertEqual(settings["emply-clinic-b-ingest"]["DATABASE_URL"],
                         "postgres://emply@db.example.org:6432/emply_clinic_b")
        self.assertNotIn("emply-clinic-b-lake", of_kind(objects, "PersistentVolumeClaim"))

    def test_settings_arrive_as_they_were_written(self) -> None:
        written = {"INGEST_MAX_REQUESTS": 1000000, "INGEST_MAX_REJECTED_RATIO": 0.25, "INGEST_GONE_DAYS": 0,
                   "INGEST_START": "2024-01-01", "EMPLY_ANY": True}
        objects = render("--set-json", f"customers.default.settings={json.dumps(written)}")
        found = variables(pod_of(of_kind(objects, "CronJob")["emply-ingest"]))
        self.assertEqual({name: found[name] for name in written}, {
            "INGEST_MAX_REQUESTS": "1000000", "INGEST_MAX_REJECTED_RATIO": "0.25", "INGEST_GONE_DAYS": "0",
            "INGEST_START": "2024-01-01", "EMPLY_ANY": "true"})

    def test_days_after_which_people_are_forgotten_reach_every_run_of_ingest(self) -> None:
        for each in value_set("external"):
            pod = pod_of(each)
            if pod and pod.labels.get("emply-pipeline/customer") == "clinic-a" and "-ingest" in pod.name:
                with self.subTest(pod.name):
                    found = variables(pod)
                    self.assertEqual((found["INGEST_RETENTION_DAYS"], found["INGEST_GONE_DAYS"]), ("180", "7"))


def variables(pod: Pod | None) -> dict[str, str]:
    assert pod is not None
    return {each["name"]: each.get("value", "") for each in pod.containers[0]["env"]}


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


def test_a_check_answers_without_log_lines() -> None:
    """Nobody asks for them in its pod, and its own lines are on stdout, so nothing hides a failure."""
    for _, objects in every_set():
        for name, each in of_kind(objects, "Job").items():
            pod = pod_of(each)
            assert pod is not None
            (*_, container) = pod.containers
            is_check = container.get("args") == ["check"]
            assert is_check == ("-test-" in name)
            assert "command" not in container
            assert ("RUST_LOG" in variables(pod)) != is_check


class Data(unittest.TestCase):
    def test_claims_and_secrets_outlive_the_release(self) -> None:
        for name, objects in every_set():
            for kind in ("PersistentVolumeClaim", "Secret"):
                for key, each in of_kind(objects, kind).items():
                    with self.subTest(name, kind=kind, key=key):
                        self.assertEqual(each["metadata"]["annotations"]["helm.sh/resource-policy"], "keep")

    def test_two_never_write_to_one_volume_or_one_world(self) -> None:
        for name, objects in every_set():
            for key, each in of_kind(objects, "Deployment").items():
                with self.subTest(name, deployment=key):
                    self.assertEqual((each["spec"]["replicas"], each["spec"]["strategy"]), (1, {"type": "Recreate"}))

    def test_secrets_are_made_up_only_where_none_are_given(self) -> None:
        secrets = of_kind(value_set("default"), "Secret")
        self.assertEqual({key: sorted(each["data"]) for key, each in secrets.items()}, {
            "emply": ["EMPLY_API_KEY", "PII_KEY", "REPORTS_TOKEN"], "emply-postgresql": ["password"],
            "emply-board": ["BOARD_EMAIL", "BOARD_PASSWORD"]})
        self.assertEqual(of_kind(value_set("external"), "Secret"), {})

    def test_nothing_of_ours_is_a_config_map_but_what_people_write_at_length(self) -> None:
        for name, objects in every_set():
            with self.subTest(name):
                names = of_kind(objects, "ConfigMap")
                self.assertTrue(all(each.endswith(("-transfer", "-vocabulary")) for each in names))

    def test_a_server_of_ones_own_is_asked_with_its_authority(self) -> None:
        for pod in pods(value_set("external")):
            if pod.labels["app.kubernetes.io/component"] == "network":
                continue
            with self.subTest(pod.name):
                for container in pod.containers:
                    env = {each["name"]: each.get("value") for each in container["env"]}
                    if "DATABASE_URL" in env:
                        self.assertEqual(env["PGSSLMODE"], "verify-full")
                        folder = env["PGSSLROOTCERT"].rpartition("/")[0]
                        mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
                        self.assertEqual(mounts[folder], "postgresql-ca")


class Probes(unittest.TestCase):
    def test_whoever_serves_says_whether_it_lives_and_is_ready(self) -> None:
        for name, objects in every_set():
            for pod in pods(objects):
                if pod.kind in ("Deployment", "StatefulSet"):
                    with self.subTest(name, pod=pod.name):
                        self.assertTrue(all({"livenessProbe", "readinessProbe"} <= set(each)
                                            for each in pod.spec["containers"]))


class Size(unittest.TestCase):
    def test_all_at_once_fits_a_laptop(self) -> None:
        """Everything that the chart asks for when every CronJob and Job runs at the same time. Commands by hand do not:
        they wait for a run of ingest."""
        asked = [requests(pod) for pod in pods(value_set("default")) if not pod.is_by_hand]
        self.assertLessEqual(sum(cpu for cpu, _ in asked), ONE_CPU)
        self.assertLessEqual(sum(memory for _, memory in asked), A_GIBIBYTE_AND_A_HALF)


def requests(pod: Pod) -> tuple[int, int]:
    """Millicores and bytes, as the scheduler counts them: the largest step, or all containers together."""
    def of(containers: list[Object], name: str) -> list[int]:
        return [quantity(each["resources"]["requests"][name]) for each in containers]

    first, rest = pod.spec.get("initContainers", []), pod.spec["containers"]
    cpu, memory = (max([sum(of(rest, name)), *of(first, name)]) for name in ("cpu", "memory"))
    return cpu, memory


def quantity(text: str) -> int:
    found = re.fullmatch(r"(\d+)(m|[KMG]i)", text)
    if found is None:
        raise AssertionError(f"{text} is a quantity in a unit that is not expected")
    return int(found.group(1)) * UNITS[found.group(2)]


if __name__ == "__main__":
    unittest.main()
