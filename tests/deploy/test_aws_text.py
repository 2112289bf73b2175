"""deploy/aws as text, without Terraform: the customer's numbers stand where the table says, and rights are few."""

import re

import pytest

from support.terraform import FILES, FOLDER, RUNS, at, claims, read

ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|\n").split("|")]
    for line in (FOLDER / "numbers.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]
CLAIMS = {claim for path in RUNS for claim in claims(path.name)}
ALLOWED = at("identity.tf", "local.allowed")
# Actions that know no resources; AWS's service authorization reference lists none for them.
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_number_of_the_customer_stands_where_the_table_says_and_is_asserted(row: list[str]) -> None:
    _, _, file, place, value, claim = row
    assert str(at(re.findall(r"\[(.*)\]", file)[0], place)) == value
    assert claim in CLAIMS


def test_the_table_is_whole() -> None:
    assert len(ROWS) >= 49
    assert len({row[3] for row in ROWS}) == len(ROWS)


def test_no_action_is_allowed_by_a_star_and_a_resource_only_where_there_is_none() -> None:
    for statement in (each for several in ALLOWED.values() for each in several):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in statement["Action"])
        if statement["Resource"] == "*":
            assert set(statement["Action"]) <= WITHOUT_RESOURCE


def test_an_instance_may_do_these_things_and_no_other() -> None:
    assert {
        name: sorted({a for each in several for a in each["Action"]}) for name, several in ALLOWED.items()
    } == {
        "firmware": [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:PutObject",
        ],
        "install": ["s3:GetObject"],
        "parameters": ["ssm:GetParametersByPath"],
        "watching": [
            "cloudwatch:PutMetricData",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ],
        "session": sorted(WITHOUT_RESOURCE - {"cloudwatch:PutMetricData"}),
    }


def test_no_managed_policy_widens_that() -> None:
    kinds = {kind for path in FILES for kind in read(path.name).get("resource", {})}
    assert {kind for kind in kinds if kind.startswith("aws_iam")} == {
        "aws_iam_instance_profile",
        "aws_iam_role",
        "aws_iam_role_policy",
    }


def test_nothing_secret_reaches_the_state_of_terraform() -> None:
    secret = [name for name, one in read("variables.tf")["variable"].items() if one.get("sensitive")]
    assert sorted(secret) == ["database_password", "secret_key"]
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        for line in (
            line for line in text.splitlines() if re.search(r"var\.(database_password|secret_key)\b", line)
        ):
            assert re.match(r"\s*(\w+_wo +=|condition +=)", line), line


def test_each_bucket_is_private_and_takes_encrypted_connections_alone() -> None:
    for file in ("storage.tf", "logs.tf"):
        made = read(file)["resource"]
        for block in made["aws_s3_bucket_public_access_block"].values():
            assert [
                block[key] for key in sorted(block) if key.startswith(("block_", "ignore_", "restrict_"))
            ] == [True] * 4
        assert "aws:SecureTransport" in str(made["aws_s3_bucket_policy"])


def test_every_number_and_alarm_is_named_once_in_a_file_a_person_reads_in_one_sitting() -> None:
    assert {
        path.name: len(path.read_text().splitlines())
        for path in FILES
        if len(path.read_text().splitlines()) > 220
    } == {}


def test_what_a_person_fills_in_is_described() -> None:
    variables = read("variables.tf")["variable"]
    assert [name for name, one in variables.items() if not one.get("description")] == []


def test_the_board_shows_what_the_customer_lists() -> None:
    shown = {(chart["of"][0], chart["of"][1]) for chart in at("board.tf", "local.charts")}
    assert shown >= {
        *(("AWS/EC2", name) for name in ("CPUUtilization", "NetworkIn", "NetworkOut")),
        *(("${local.namespace}", name) for name in ("mem_used_percent", "disk_used_percent")),
        *(("AWS/RDS", name) for name in ("DatabaseConnections", "ReadIOPS", "WriteIOPS", "FreeStorageSpace")),
        *(("AWS/ApplicationELB", f"HTTPCode_Target_{kind}XX_Count") for kind in "45"),
        ("AWS/ApplicationELB", "TargetResponseTime"),
        *(("AWS/ElastiCache", name) for name in ("CacheHitRate", "DatabaseMemoryUsagePercentage")),
    }


def test_skipped_findings_of_the_scanner_each_have_a_reason() -> None:
    lines = (FOLDER / ".checkov.yaml").read_text(encoding="utf-8").splitlines()
    skipped = [line for line in lines if line.strip().startswith("- CKV")]
    assert len(skipped) >= 10
    assert [line for line in skipped if not re.search(r"- CKV2?_AWS_\d+ # \S.{10,}", line)] == []
