"""A download through the workflow: not asked for twice, and told at every run once somebody changed it."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from analysis.steps import file_digest, read_json
from tests.e2e.clone import Clone, fresh
from tests.replay import replay, versioned

ENTRY = """
  - id: gp-survey
    title: A survey
    producer: Somebody
    licence: None
    download: From the web.
    files:
      - path: gp-survey/2025.csv
        url: {url}
"""
QUESTION = """
practices:
  datasets: [gp-survey]
questions:
  continuity_gradient:
    kind: gradient
    label: do larger practices have less continuity
    outcome: {measure: see_preferred_gp, year: 2025}
    exposure: {measure: list_size, year: 2025}
    good_direction: up
"""
OWN_HOSTS = "\nown_hosts: [127.0.0.1]\n"
FILE = "data/raw/gp-survey/2025.csv"


def run(clone: Clone, *settings: str) -> tuple[int, str]:
    """Bring and verify the data set, as every paper on it begins."""
    done = clone.run(
        "snakemake", "--nolock", "--config", "study=evidence", *settings, "--", "results/evidence/pull/gp-survey.json"
    )
    return done.returncode, done.stdout


def test_a_download_through_the_workflow(tmp_path: Path) -> None:
    clone = fresh(tmp_path)
    clone.append("studies/evidence.yaml", QUESTION)
    with replay() as web:
        url = web.on("/2025.csv", versioned(b"practice_id,value\nA81001,0.5\n", '"1"'))
        clone.append("data/raw/datasets.yaml", ENTRY.format(url=url))
        code, told = run(clone)
        assert code != 0
        assert "127.0.0.1 is a loopback address, one of your own network" in told
        assert web.asked == []
        clone.append("studies/evidence.yaml", OWN_HOSTS)
        code, told = run(clone, "offline=1")
        assert code != 0
        assert f"Data set gp-survey is not on disk, and OFFLINE=1 forbids to download it: {FILE}" in told
        assert web.asked == []
        code, told = run(clone)
        assert code == 0, told
        assert "Nothing to be done" in run(clone)[1]
        assert len(web.asked) == 1
        (clone.folder / FILE).unlink()
        code, told = run(clone)
        assert (code, len(web.asked), (clone.folder / FILE).is_file()) == (0, 2, True), told
        assert "Nothing to be done" in run(clone)[1]
    (clone.folder / FILE).write_text("practice_id,value\nA81001,0.6\n", encoding="utf-8")
    for _ in range(2):
        code, told = run(clone)
        assert code != 0
        assert f"{FILE} is not the file that the register knows" in told
    accepted = clone.make("pull", "ACCEPT=gp-survey", "OFFLINE=1")
    assert accepted.returncode == 0, accepted.stdout
    code, told = run(clone)
    assert code == 0, told
    assert "Verifying data set gp-survey" in told
    receipt = read_json(clone.folder / "results/evidence/pull/gp-survey.json")
    assert receipt["files"][0]["sha256"] == file_digest(clone.folder / FILE)
    assert "Nothing to be done" in run(clone)[1]


def test_a_data_package_may_be_an_address(tmp_path: Path) -> None:
    clone = fresh(tmp_path / "clone")
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, table in simulate(World(seed=7, sites=4, regions=4, months=30)).items():
            archive.writestr(f"{name}.csv", table.to_csv(index=False))
    with replay() as web:
        url = web.on("/extract.zip", versioned(packed.getvalue(), '"1"'))
        refused = clone.make("study", "NAME=ours", f"DATA={url}")
        assert refused.returncode != 0
        assert "127.0.0.1 is a loopback address, one of your own network" in refused.stdout
        assert web.asked == []
        clone.append("data/raw/datasets.yaml", OWN_HOSTS)
        begun = clone.make("study", "NAME=ours", f"DATA={url}")
    assert begun.returncode == 0, begun.stdout
    assert "package: " in clone.read("studies/ours.yaml")
    checked = clone.make("check-data", "STUDY=ours")
    assert checked.returncode == 0, checked.stdout
    planned = clone.make("status", "STUDY=ours")
    assert planned.returncode == 0, planned.stdout
    assert "would run: pull 4, prepare " in planned.stdout


def test_without_network_and_data_the_missing_data_sets_are_named(tmp_path: Path) -> None:
    done = fresh(tmp_path).make("paper", "STUDY=open-nhs", "OFFLINE=1")
    assert done.returncode != 0
    assert "None of the study's practice-level data sets is on disk: ods-practices, gpps-2018" in done.stdout
    assert "run without OFFLINE=1" in done.stdout
    assert "Traceback" not in done.stdout
