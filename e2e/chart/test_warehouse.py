"""What the chart makes of `warehouse.type`: settings, identities at Google, volumes and ways."""

import unittest
from collections.abc import Iterator

from chart.chart import VALUE_SETS, Object, Pod, chooses, of_kind, pod_of, pods, render, value_set

STEPS = {"export", "dbt"}
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=clinic-data,warehouse.bigquery.dataset=emply"
KEY = BIGQUERY + ",warehouse.bigquery.existingSecret=google"
# who serves metadata, and GKE's own address of it
METADATA = ["169.254.169.254/32", "169.254.169.252/32"]


def goes(pod: Pod) -> bool:
    """Whether it writes to the warehouse or reads from it."""
    return not STEPS.isdisjoint(each["name"] for each in pod.containers)


def going(objects: list[Object]) -> Iterator[tuple[Pod, dict[str, Object]]]:
    """Each such pod, and its containers that do so."""
    for pod in filter(goes, pods(objects)):
        yield pod, {each["name"]: each for each in pod.containers if each["name"] in STEPS}


def settings(container: Object) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container["env"]}


def about_the_warehouse(container: Object) -> dict[str, str]:
    prefixes = ("WAREHOUSE_", "LAKE_", "BIGQUERY_", "GOOGLE_")
    return {name: value for name, value in settings(container).items() if name.startswith(prefixes)}


def export_of(objects: list[Object], cron_job: str = "emply-export") -> Pod:
    pod = pod_of(of_kind(objects, "CronJob")[cron_job])
    assert pod is not None
    return pod


def dataset_of(objects: list[Object], cron_job: str) -> str:
    return settings(export_of(objects, cron_job).containers[0])["BIGQUERY_DATASET"]


def tcp(port: int) -> Object:
    return {"protocol": "TCP", "port": port}


def egress_of(objects: list[Object], pod: Pod) -> list[Object]:
    """All that the policies let a pod call, but for DNS."""
    rules = [rule for each in of_kind(objects, "NetworkPolicy").values()
             if chooses(each["spec"]["podSelector"], pod.labels) for rule in each["spec"].get("egress", [])]
    return [rule for rule in rules if {"protocol": "UDP", "port": 53} not in rule["ports"]]


class Settings(unittest.TestCase):
    def test_export_and_dbt_are_told_the_same(self) -> None:
        for name in ("default", "bigquery", "emulator"):
            for pod, containers in going(value_set(name)):
                told = [about_the_warehouse(each) for each in containers.values()]
                with self.subTest(name, pod=pod.name):
                    self.assertEqual(told, [told[0]] * len(containers))

    def test_the_lake_is_a_folder_and_bigquery_is_none(self) -> None:
        self.assertEqual(about_the_warehouse(export_of(value_set("default")).containers[0]),
                         {"WAREHOUSE_TYPE": "lake", "LAKE_PATH": "/var/lib/emply/lake"})
        self.assertEqual(about_the_warehouse(export_of(value_set("bigquery")).containers[0]), {
            "WAREHOUSE_TYPE": "bigquery", "BIGQUERY_PROJECT": "clinic-data", "BIGQUERY_DATASET": "emply",
            "BIGQUERY_LOCATION": "europe-west3", "BIGQUERY_MAX_BYTES_BILLED": "10737418240"})

    def test_an_endpoint_and_a_limit_of_ones_own_arrive(self) -> None:
        endpoint = "warehouse.bigquery.endpoint=https://bigquery.example.org"
        objects = render("--set", BIGQUERY, "--set", endpoint, "--set", "warehouse.bigquery.maxBytesBilled=5000000000")
        told = settings(export_of(objects).containers[0])
        self.assertEqual((told["BIGQUERY_ENDPOINT"], told["BIGQUERY_MAX_BYTES_BILLED"]),
                         ("https://bigquery.example.org", "5000000000"))

    def test_dbt_has_the_image_that_knows_the_warehouse(self) -> None:
        for name, image in (("default", "dbt-lake"), ("bigquery", "dbt-bigquery"), ("emulator", "dbt-bigquery")):
            for pod, containers in going(value_set(name)):
                if "dbt" in containers:
                    with self.subTest(name, pod=pod.name):
                        self.assertIn(f"/{image}:", containers["dbt"]["image"])
        objects = render("--set", BIGQUERY + ",images.dbt=example.org/dbt:1")
        self.assertEqual(export_of(objects).containers[1]["image"], "example.org/dbt:1")

    def test_each_customer_has_a_dataset_of_its_own(self) -> None:
        objects = value_set("bigquery")
        found = [dataset_of(objects, f"emply{name}-export") for name in ("", "-clinic-a", "-clinic-b")]
        self.assertEqual(found, ["emply", "emply_clinic_a", "people_of_b"])

    def test_a_dataset_for_all_is_not_needed_where_each_names_its_own(self) -> None:
        objects = render("--set", "warehouse.type=bigquery,warehouse.bigquery.project=people",
                         "--set", "customers.default.bigquery.dataset=x")
        self.assertEqual(dataset_of(objects, "emply-export"), "x")

    def test_google_is_asked_for_tokens_without_a_proxy(self) -> None:
        told = settings(export_of(value_set("bigquery")).containers[0])["NO_PROXY"].split(",")
        self.assertLessEqual({"metadata.google.internal", "169.254.169.254"}, set(told))
        words = ("--values", str(VALUE_SETS["emulator"]), "--set", "proxy.httpProxy=http://proxy.example.org:3128")
        self.assertIn("emulator", settings(export_of(render(*words)).containers[0])["NO_PROXY"].split(","))


class Identity(unittest.TestCase):
    def test_a_service_account_is_for_the_pods_that_go_to_bigquery_alone(self) -> None:
        objects = value_set("bigquery")
        accounts = of_kind(objects, "ServiceAccount")
        self.assertEqual(set(accounts), {"emply-warehouse", "emply-clinic-a-warehouse"})
        for pod in pods(objects):
            customer = pod.labels.get("emply-pipeline/customer")
            own = {"default": "emply-warehouse", "clinic-a": "emply-clinic-a-warehouse"}.get(customer or "")
            with self.subTest(pod.name):
                self.assertEqual(pod.spec.get("serviceAccountName"), own if goes(pod) else None)

    def test_a_service_account_says_who_it_is_at_google_and_has_no_token(self) -> None:
        for name, account in of_kind(value_set("bigquery"), "ServiceAccount").items():
            with self.subTest(name):
                self.assertIs(account["automountServiceAccountToken"], False)
                self.assertEqual(account["metadata"]["annotations"],
                                 {"iam.gke.io/gcp-service-account": "emply@clinic-data.iam.gserviceaccount.com"})

    def test_a_customer_can_be_somebody_else_at_google(self) -> None:
        own = "customers.clinic-a.bigquery.serviceAccount.annotations.iam\\.gke\\.io/gcp-service-account=a@p"
        accounts = of_kind(render("--set", KEY + "," + own), "ServiceAccount")
        self.assertEqual({name: each["metadata"]["annotations"] for name, each in accounts.items()},
                         {"emply-clinic-a-warehouse": {"iam.gke.io/gcp-service-account": "a@p"}})

    def test_a_key_is_a_file_that_export_and_dbt_alone_can_read(self) -> None:
        objects = render("--set", KEY + ",warehouse.bigquery.existingSecretKey=sa.json")
        self.assertEqual(of_kind(objects, "ServiceAccount"), {})
        for pod in pods(objects):
            volumes = {volume["name"]: volume.get("secret") for volume in pod.spec["volumes"]}
            with self.subTest(pod.name):
                self.assertEqual("google" in volumes, goes(pod))
                if goes(pod):
                    self.assertEqual(volumes["google"], {"secretName": "google", "defaultMode": 0o440,
                                                         "items": [{"key": "sa.json", "path": "key.json"}]})
                for each in pod.containers:
                    mounts = {mount["name"]: mount for mount in each["volumeMounts"]}
                    told = settings(each).get("GOOGLE_APPLICATION_CREDENTIALS")
                    if each["name"] in STEPS:
                        self.assertEqual((told, mounts["google"]["readOnly"]), ("/etc/emply/google/key.json", True))
                        self.assertEqual(mounts["google"]["mountPath"], "/etc/emply/google")
                    else:
                        self.assertNotIn("google", mounts)
                        self.assertIsNone(told)

    def test_nobody_is_somebody_at_google_where_the_warehouse_is_not(self) -> None:
        for name in ("default", "emulator", "external"):
            with self.subTest(name):
                self.assertEqual(of_kind(value_set(name), "ServiceAccount"), {})
        kept = "warehouse.bigquery.existingSecret=google,warehouse.bigquery.project=people"
        self.assertNotIn("google", str([pod.spec for pod in pods(render("--set", kept))]))


class Volumes(unittest.TestCase):
    def test_bigquery_needs_no_lake(self) -> None:
        for name in ("bigquery", "emulator"):
            objects = value_set(name)
            with self.subTest(name):
                claims = of_kind(objects, "PersistentVolumeClaim")
                self.assertTrue(claims)
                self.assertFalse([claim for claim in claims if not claim.endswith("-reports")])
                self.assertFalse([pod.name for pod, _ in going(objects) if "persistentVolumeClaim" in str(pod.spec)])

    def test_an_upgrade_of_it_waits_for_no_volume(self) -> None:
        jobs = of_kind(render("--is-upgrade", "--set", BIGQUERY), "Job")
        self.assertEqual({name for name in jobs if "-test-" not in name}, {"emply-migrate-1"})

    def test_docs_reach_the_reports_without_a_volume_in_common(self) -> None:
        told = settings(export_of(value_set("bigquery")).containers[1])
        self.assertEqual(told["REPORTS_URL"], "http://emply-reports:8080")

    def test_what_is_written_on_the_way_has_a_limit(self) -> None:
        for name, size in (("default", "4Gi"), ("bigquery", "4Gi"), ("emulator", "1Gi")):
            for pod, containers in going(value_set(name)):
                (tmp,) = [volume["emptyDir"] for volume in pod.spec["volumes"] if volume["name"] == "tmp"]
                with self.subTest(name, pod=pod.name):
                    self.assertEqual(tmp, {"sizeLimit": size})
                    # else a pod is evicted before that
                    for each in containers.values():
                        self.assertEqual(each["resources"]["limits"]["ephemeral-storage"], "4Gi")


class Ways(unittest.TestCase):
    def test_google_is_reached_by_those_pods_alone(self) -> None:
        objects = value_set("bigquery")
        for pod in pods(objects):
            away = [rule for rule in egress_of(objects, pod) if "0.0.0.0/0" in str(rule)]
            with self.subTest(pod.name):
                self.assertEqual([rule["ports"] for rule in away], [[tcp(443)]] if goes(pod) else [])

    def test_metadata_are_for_whoever_gets_tokens_there(self) -> None:
        objects = value_set("bigquery")
        for pod in pods(objects):
            found = [rule for rule in egress_of(objects, pod) if METADATA[0] in str(rule)]
            with self.subTest(pod.name):
                self.assertEqual(len(found), 1 if "serviceAccountName" in pod.spec else 0)
                for rule in found:
                    self.assertEqual(rule["ports"], [tcp(80), tcp(988)])
                    self.assertEqual([peer["ipBlock"]["cidr"] for peer in rule["to"]], METADATA)

    def test_an_emulator_is_reached_by_those_pods_alone_and_nobody_else_is(self) -> None:
        objects = value_set("emulator")
        for pod in pods(objects):
            found = [rule for rule in egress_of(objects, pod) if "emulator" in str(rule)]
            with self.subTest(pod.name):
                self.assertEqual([rule["ports"] for rule in found], [[tcp(9050)]] if goes(pod) else [])
                self.assertNotRegex(str(egress_of(objects, pod)), r"0\.0\.0\.0/0|169\.254\.")

    def test_a_private_endpoint_is_a_rule_more(self) -> None:
        rule = {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [tcp(443)]}
        objects = render("--set", BIGQUERY + ",warehouse.bigquery.endpoint=https://bigquery-x.p.googleapis.com",
                         "--set-json", "warehouse.bigquery.egress={}".format(str([rule]).replace("'", '"')))
        found = [each for each in egress_of(objects, export_of(objects)) if "443" in str(each)]
        self.assertEqual(len(found), 2)
        self.assertIn(rule, found)


if __name__ == "__main__":
    unittest.main()
