"""What is written otherwise, and a model that lacks what models have, is found."""

import shutil
from pathlib import Path

import pytest

from sql.conftest import DIALECTS, PROJECT, bouncer, sqlfluff, wants_bouncer

# words in capitals and not, and a cast that BigQuery has no word for
PLANTED = "SELECT vacancy_id::text from {{ ref('stg_postings') }} where 1=1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "dbt"
    shutil.copytree(PROJECT, place, ignore=shutil.ignore_patterns("__pycache__", "tests_python"))
    return place


@pytest.mark.parametrize("target", DIALECTS)
def test_sqlfluff_reads_models_as_either_warehouse_does(project: Path, target: str) -> None:
    # of the others nothing is found, and to read them takes a minute
    for model in (project / "models").rglob("*.sql"):
        model.unlink()
    planted = project / "models" / "marts" / "fct_planted.sql"
    planted.write_text(PLANTED)
    found = sqlfluff(target, project)
    assert "fct_planted.sql" in found
    assert "CP01" in found
    # it finds nothing in the macros, which it needs the stand-ins to call
    assert "TMP" not in found
    planted.unlink()
    assert sqlfluff(target, project) == ""


@wants_bouncer
def test_dbt_bouncer_misses_what_a_model_has(project: Path) -> None:
    (project / "models" / "marts" / "applications.sql").write_text(PLANTED)
    found = bouncer(project)
    for check in ("check_model_names", "check_model_description_populated", "check_model_has_unique_test",
                  "check_model_has_unit_tests", "check_model_has_properties_file"):
        assert check in found, found
    assert "stg_postings" not in found
