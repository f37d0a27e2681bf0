"""Rules that hold for every pod of the chart, whatever the values."""

import re
import subprocess

import pytest

from chart.chart import (
    SCHEMA,
    VALUE_SETS,
    VALUES,
    Object,
    Pod,
    every,
    pod_named,
    pods,
    render,
    rendered,
    value_set,
    variables,
)

OUR_USER, POSTGRESQL_USER = 65532, 999
# names that a secret goes by; EMPLY_KEY_STYLE and the like are none
SECRET_NAME = re.compile(r"(KEY|TOKEN|PASSWORD|PW)(_OLD)?$|^KEY_OF_")
# the owner's Secret where it is not the chart's own
VALUES_OF_OWNER = {"external": "database", "ipv6": "database", "pooler": "database"}
# user and password in an address
CREDENTIALS = re.compile(r"://[^/@\s]*:[^/@\s]+@")
# what kube-score demands of every chart and this one decides otherwise
IGNORED = {
    "container-security-context-user-group-id": "PostgreSQL's image has the user 999; the check wants 10000 and more",
    "container-image-pull-policy": "a tag that does not move is pulled once",
    "deployment-replicas": "a volume and a world have one writer",
    "deployment-strategy": "and never two of them",
}


def containers(objects: list[Object]) -> dict[str, tuple[Pod, Object]]:
    """Each with the pod that it is in."""
    return {f"{pod.kind}-{pod.name}-{each['name']}": (pod, each) for pod in pods(objects) for each in pod.containers}


every_pod = every("pod", lambda objects: {f"{pod.kind}-{pod.name}": pod for pod in pods(objects)})
every_container = every("container", lambda objects: {key: each for key, (_, each) in containers(objects).items()})


def test_there_are_pods_of_every_kind() -> None:
    kinds = {pod.kind for name in VALUE_SETS for pod in pods(value_set(name))}
    assert kinds == {"Deployment", "StatefulSet", "CronJob", "Job"}


@every_pod
def test_a_pod_runs_as_a_user_without_rights(pod: Pod) -> None:
    context = pod.spec["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}


@pytest.mark.parametrize("name", VALUE_SETS)
def test_a_pod_has_ids_unless_the_platform_chooses_them(name: str) -> None:
    """OpenShift refuses a pod with an id that is not of its namespace's range."""
    for pod in pods(value_set(name)):
        user = POSTGRESQL_USER if pod.is_postgresql else OUR_USER
        given = {key: pod.spec["securityContext"].get(key) for key in ("runAsUser", "runAsGroup", "fsGroup")}
        assert given == dict.fromkeys(given, None if name == "openshift" else user), pod.name
        assert not [each["name"] for each in pod.containers if "runAsUser" in each["securityContext"]]


@every_pod
def test_a_pod_has_no_way_to_the_api_server(pod: Pod) -> None:
    assert pod.spec["automountServiceAccountToken"] is False


@every_pod
def test_a_pod_gets_no_variables_of_services(pod: Pod) -> None:
    assert pod.spec["enableServiceLinks"] is False


@every_pod
def test_a_pod_shares_nothing_of_the_node(pod: Pod) -> None:
    assert not [name for name in ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace") if pod.spec.get(name)]
    own = {"emptyDir", "configMap", "secret", "persistentVolumeClaim", "projected", "name"}
    assert not [volume for volume in pod.spec.get("volumes", []) if not set(volume) <= own]


@every_pod
def test_a_token_of_the_cluster_is_for_google_alone(pod: Pod) -> None:
    """One without an audience of its own would be a way to the API server."""
    projected = [volume["projected"] for volume in pod.spec.get("volumes", []) if "projected" in volume]
    sources = [source for each in projected for source in each["sources"]]
    assert {name for source in sources for name in source} <= {"serviceAccountToken"}
    if sources:
        (source,) = sources
        assert source["serviceAccountToken"]["audience"] not in ("", "https://kubernetes.default.svc")
        assert pod.spec["serviceAccountName"].endswith("-warehouse")
        told = [each for each in pod.containers if "GOOGLE_APPLICATION_CREDENTIALS" in variables(each)]
        assert {each["name"] for each in told} <= {"export", "dbt"}
        readers = [each for each in pod.containers if "google-token" in str(each["volumeMounts"])]
        assert readers == told


@every_pod
def test_a_pod_starts_once_where_it_is_a_one_shot(pod: Pod) -> None:
    served = pod.kind in ("Deployment", "StatefulSet")
    assert pod.spec.get("restartPolicy") == (None if served else "Never")


@every_pod
def test_a_pod_is_known_by_its_labels(pod: Pod) -> None:
    assert all(pod.labels.get("app.kubernetes.io/" + name) for name in ("name", "instance", "component", "part-of"))


@every_pod
def test_every_mount_has_its_volume_and_every_volume_its_mount(pod: Pod) -> None:
    mounted = {mount["name"] for each in pod.containers for mount in each["volumeMounts"]}
    # a StatefulSet's claim is no volume of its template
    claimed = {"data"} if pod.kind == "StatefulSet" else set()
    assert mounted - claimed == {volume["name"] for volume in pod.spec["volumes"]}


@every_container
def test_a_container_has_no_rights(container: Object) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


@every_container
def test_a_container_says_what_it_needs_and_what_it_may_take(container: Object) -> None:
    resources = container["resources"]
    assert set(resources["requests"]) == {"cpu", "memory", "ephemeral-storage"}
    # no limit of CPU: it would slow a run down on a node that has nothing else to do
    assert set(resources["limits"]) == {"memory", "ephemeral-storage"}


@every_container
def test_a_container_has_an_image_of_a_version(container: Object) -> None:
    assert re.search(r"^[^\s:]+(:\d+)?[^\s:]*:(?!latest$)[\w.-]+$", container["image"])
    assert container["imagePullPolicy"] == "IfNotPresent"


@every(("pod", "container"), containers)
def test_a_container_writes_to_volumes_of_its_own_only(pod: Pod, container: Object) -> None:
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
    assert "emptyDir" in volumes[mounts["/tmp"]]
    if not pod.is_postgresql:
        env = variables(container)
        assert (env["HOME"], env["TMPDIR"]) == ("/tmp", "/tmp")


@every_container
def test_a_container_takes_secrets_from_secrets_only(container: Object) -> None:
    shown = [name for name, value in variables(container).items() if CREDENTIALS.search(value)]
    given = [each["name"] for each in container["env"]
             if SECRET_NAME.search(each["name"]) and "secretKeyRef" not in each.get("valueFrom", {})]
    assert (shown, given) == ([], [])


def words_of(container: Object) -> list[str]:
    return [*container.get("command", []), *container.get("args", [])]


@every_container
def test_a_container_has_no_secret_in_its_command(container: Object) -> None:
    command = " ".join(words_of(container))
    # what Kubernetes would put in, for everybody to see in the list of processes
    assert not re.search(r"\$\(\w+\)", command)
    assert not CREDENTIALS.search(command)


@every_container
def test_a_container_has_no_person_in_its_command(container: Object) -> None:
    options = {word.partition("=")[0] for word in words_of(container)}
    assert options.isdisjoint(("--email", "--application", "--candidate"))


@every(("pod", "container"), containers)
def test_a_container_waits_for_nobody_but_by_hand(pod: Pod, container: Object) -> None:
    waits = pod.is_by_hand and not pod.is_postgresql
    assert (container.get("stdin"), container.get("stdinOnce")) == (waits or None,) * 2
    assert "tty" not in container


@every("container", lambda objects: {key: each for key, (_, each) in containers(objects).items()
                                     if each["name"] == "ingest"})
def test_ingest_has_the_key_of_its_customers_pseudonyms(container: Object) -> None:
    secrets = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in container["env"]
               if "secretKeyRef" in each.get("valueFrom", {})}
    assert secrets["PII_KEY"] == {"name": secrets["EMPLY_API_KEY"]["name"], "key": "PII_KEY"}


@every_container
def test_a_container_names_each_variable_once(container: Object) -> None:
    names = [each["name"] for each in container["env"]]
    assert sorted(names) == sorted(set(names))


# what people set that the chart sets too
TWICE = (
    "--set-json", 'extraEnv=[{"name": "RUST_LOG", "value": "warn"}, {"name": "DATABASE_WAIT_SECONDS", "value": "11"}]',
    "--set-json", 'customers.default.settings={"DATABASE_WAIT_SECONDS": 7}',
)


def test_what_people_set_takes_the_place_of_what_the_chart_sets() -> None:
    """Helm 4 refuses an object that names a variable twice."""
    objects = render(*TWICE)
    for pod, container in containers(objects).values():
        names = [each["name"] for each in container["env"]]
        assert sorted(names) == sorted(set(names)), pod.name
        if not pod.is_postgresql:
            assert variables(container)["RUST_LOG"] == "warn"
    migrate, mock = pod_named(objects, "emply-migrate", "Job"), pod_named(objects, "emply-mock-api", "Deployment")
    # a customer's own is nearer than one of all containers
    assert variables(migrate.containers[0])["DATABASE_WAIT_SECONDS"] == "7"
    assert variables(mock.containers[0])["DATABASE_WAIT_SECONDS"] == "11"


def test_a_variable_that_others_are_made_of_stays_before_them() -> None:
    names = [each["name"] for each in pod_named(render(*TWICE), "emply-mock-api", "Deployment").containers[0]["env"]]
    assert names.index("KEY_OF_DEFAULT") < names.index("MOCK_KEYS")


def who_is_who(objects: list[Object]) -> dict[str, set[tuple[str, str, str]]]:
    """By container: as whom it asks which database, and the Secret and key of the password."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for _, container in containers(objects).values():
        password = [each["valueFrom"]["secretKeyRef"] for each in container["env"] if each["name"] == "PGPASSWORD"]
        env = variables(container)
        for name in ("DATABASE_URL", "MOCK_DATABASE_URL"):
            if name in env:
                user, _, database = env[name].removeprefix("postgres://").partition("@")
                (of,) = password
                whose = (user, database.rpartition("/")[2], f"{of['name']}/{of['key']}")
                found.setdefault(container["name"], set()).add(whose)
    return found


def test_each_program_is_a_role_of_its_own_in_its_customers_database() -> None:
    found = who_is_who(render("--set-json", 'customers={"default": {}, "clinic-a": {"roles": {"export": "out_of_a"}}}'))
    assert found == {
        "migrate": {("emply", database, "emply-postgresql/password") for database in ("emply", "emply_clinic_a")},
        "mock-api": {("emply_mock", "emply_mock", "emply-mock-role/password")},
        **{program: {(f"emply_{program}", "emply", f"emply-roles/{program}"),
                     ("out_of_a" if program == "export" else f"emply_clinic_a_{program}", "emply_clinic_a",
                      f"emply-clinic-a-roles/{program}")}
           for program in ("ingest", "transfer", "export", "reports")}}


@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_owners_password_is_where_it_has_to_be_alone(name: str) -> None:
    owner = VALUES_OF_OWNER.get(name, "emply-postgresql")
    holders = {each["name"] for _, each in containers(value_set(name)).values()
               for env in each["env"] if env.get("valueFrom", {}).get("secretKeyRef", {}).get("name") == owner}
    assert "migrate" in holders
    assert holders <= {"migrate", "postgresql", "set-password", "backup", "restore"}


def test_migrate_is_told_the_roles_that_the_others_are() -> None:
    objects = render("--set-json", 'customers={"default": {}, "clinic-a": {}}')
    told = {}
    for key, stem in (("default", "emply"), ("clinic-a", "emply-clinic-a")):
        env = {each["name"]: each for each in pod_named(objects, f"{stem}-migrate", "Job").containers[0]["env"]}
        told[key] = {name: env[f"MIGRATE_{name}_ROLE"]["value"] for name in ("INGEST", "TRANSFER", "EXPORT", "REPORTS")}
        for program, role in told[key].items():
            assert role == f"{stem.replace('-', '_')}_{program.lower()}"
            reference = env[f"MIGRATE_{program}_PASSWORD"]["valueFrom"]["secretKeyRef"]
            assert reference == {"name": f"{stem}-roles", "key": program.lower()}
        # one of them makes the mock's, so that two do not at the same moment
        assert ("MIGRATE_MOCK_ROLE" in env) == (key == "clinic-a")


def test_roles_that_an_administrator_has_made_are_given_no_passwords() -> None:
    container = pod_named(value_set("external"), "emply-clinic-a-migrate", "Job").containers[0]
    given = {name: value for name, value in variables(container).items() if name.startswith("MIGRATE_")}
    assert given == {"MIGRATE_INGEST_ROLE": "reads_for_a", "MIGRATE_TRANSFER_ROLE": "emply_clinic_a_transfer",
                     "MIGRATE_EXPORT_ROLE": "emply_clinic_a_export", "MIGRATE_REPORTS_ROLE": "emply_clinic_a_reports"}


def test_without_roles_all_programs_are_the_owner() -> None:
    objects = render("--set", "postgresql.roles.enabled=false")
    owner = {("emply", "emply", "emply-postgresql/password")}
    programs = ("migrate", "ingest", "transfer", "export", "reports")
    assert who_is_who(objects) == {**dict.fromkeys(programs, owner),
                                   "mock-api": {("emply", "emply_mock", "emply-postgresql/password")}}
    told = [name for _, each in containers(objects).values() for name in variables(each) if name.startswith("MIGRATE_")]
    assert told == []


# what the chart decides alone
NO_VALUE = {"HOME", "TMPDIR", "RUN_TRIGGER", "LAKE_PATH", "REPORTS_DIR", "CHART_VALUES"}


@every_container
def test_messages_can_name_the_value_of_each_setting(container: Object) -> None:
    env = variables(container)
    if "CHART_VALUES" not in env:
        # PostgreSQL's own programs
        assert container["image"].startswith("postgres:")
        return
    told = dict(pair.split("=", 1) for pair in env["CHART_VALUES"].split("; "))
    named = {name for name in told if not name.endswith("*")}
    assert env.keys() - named <= NO_VALUE
    for each in container["env"]:
        if reference := each.get("valueFrom", {}).get("secretKeyRef"):
            assert told[each["name"]] == f"{reference['key']} of Secret {reference['name']}"
    for value in told.values():
        if " of Secret " not in value:
            assert is_a_value(value), value


def is_a_value(path: str) -> bool:
    """Whether there is such a one; each setting may be a customer's."""
    path, _, setting = re.sub(r"^customers\.[^.]+\.", "customerDefaults.", path).partition(".settings")
    values = {**VALUES, "customerDefaults": {**VALUES["customerDefaults"], "transfer": VALUES["transfer"]}}
    for name in path.split("."):
        if name not in values:
            return False
        values = values[name]
    return not setting or "settings" in values


def test_what_a_customer_sets_is_found_where_it_was_set() -> None:
    container = pod_named(value_set("external"), "emply-clinic-a-ingest").containers[0]
    told = variables(container)["CHART_VALUES"].split("; ")
    assert "INGEST_START=customers.clinic-a.settings.INGEST_START" in told
    assert "EMPLY_BASE_URL=customers.clinic-a.source.baseUrl" in told
    assert "INGEST_*=customers.clinic-a.settings" in told


def test_whatever_a_customer_may_set_can_be_named() -> None:
    taken = SCHEMA["$defs"]["customer"]["properties"]["settings"]["propertyNames"]["pattern"]
    beginnings = taken.removeprefix("^(").removesuffix(")_[A-Z_]+$").split("|")
    container = pod_named(value_set("external"), "emply-clinic-a-ingest").containers[0]
    told = variables(container)["CHART_VALUES"].split("; ")
    assert [each.partition("_*=")[0] for each in told if "_*=" in each] == beginnings


def test_a_private_authority_is_trusted_by_programs_and_by_dbt() -> None:
    """Ours read SSL_CERT_FILE, and what dbt asks Google with reads REQUESTS_CA_BUNDLE."""
    for pod, container in containers(value_set("everything")).values():
        if not pod.is_postgresql:
            env = variables(container)
            assert env["SSL_CERT_FILE"] == env["REQUESTS_CA_BUNDLE"] == "/etc/emply/trusted-ca/ca.crt"


def test_a_quota_of_cpu_limits_is_met_by_one_value() -> None:
    limited = render("--set", "defaultCpuLimit=2,resources.dbt.limits.cpu=3,postgresql.backup.enabled=true")
    found = {(each["name"], each["resources"]["limits"]["cpu"]) for _, each in containers(limited).values()}
    assert {name for name, _ in found} >= {"postgresql", "set-password", "backup", "volume", "ingest", "reports"}
    assert {name for name, cpu in found if str(cpu) != "2"} == {"dbt"}


def test_kube_score_has_nothing_to_say(set_name: str, kube_score: str) -> None:
    words = [kube_score, "score", "--kubernetes-version", "v1.37", "--output-format", "ci"]
    # it would slow a run down on a node that has nothing else to do
    words += ["--ignore-container-cpu-limit"]
    words += [word for check in IGNORED for word in ("--ignore-test", check)]
    given = rendered(set_name)
    done = subprocess.run([*words, "-"], input=given, capture_output=True, text=True, timeout=120, check=False)
    assert not re.findall(r"(?m)^\[(?:CRITICAL|WARNING)\].*", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
