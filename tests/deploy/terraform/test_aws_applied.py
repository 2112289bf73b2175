"""Terraform applies deploy/aws to a simulated AWS (moto): what is made there is what an instance then needs.

Not that AWS itself accepts it. Redis, the burning budgets and the logging of buckets are not simulated.
"""

import base64
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from neurohub.settings import read
from support import terraform

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
HERE = Path(__file__).parent
REGION = "ap-northeast-2"
PASSWORD = "Aaaaaaaaaaaaaaaaaaaaaaaa1"
SECRET = "0123456789abcdef0123456789abcdef"
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def aws() -> Iterator[Client]:
    """Clients of the simulated AWS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    url = f"http://127.0.0.1:{port}"
    key = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    try:
        yield lambda name: boto3.client(name, REGION, endpoint_url=url, **key)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def applied(aws: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder whose resources are all made."""
    copy = tmp_path_factory.mktemp("applied") / "aws"
    shutil.copytree(terraform.FOLDER, copy, ignore=shutil.ignore_patterns(".terraform*", "*.tftest.hcl"))
    shutil.copy(HERE / "simulated_aws.tf", copy / "simulated_override.tf")
    (copy / "bundle.tar").write_bytes(b"a bundle")
    (copy / "database-ca.pem").write_text("a certificate")
    acm = aws("acm")
    (copy / "terraform.tfvars").write_text(
        f'certificate_arn = "{acm.request_certificate(DomainName="mes.example.com")["CertificateArn"]}"\n'
        'bundle = "./bundle.tar"\ndatabase_ca = "./database-ca.pem"\nalarm_addresses = ["plant@example.com"]\n'
        f'database_password = "{PASSWORD}"\nsecret_key = "{SECRET}"\n'
    )
    for words in (("init", f"-plugin-dir={terraform.plugins()}"), ("apply", "-auto-approve")):
        done = terraform.run(*words, "-no-color", folder=copy, more=told(aws))
        assert done.returncode == 0, done.stderr
    return copy


def told(aws: Client) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": aws("s3").meta.endpoint_url, "AWS_EC2_METADATA_DISABLED": "true"}


def test_no_secret_is_in_the_state(applied: Path) -> None:
    state = (applied / "terraform.tfstate").read_text()
    assert "neurohub-postgres" in state
    assert PASSWORD not in state
    assert SECRET not in state


def test_the_parameters_are_settings_that_the_service_accepts(applied: Path, aws: Client) -> None:
    pages = aws("ssm").get_paginator("get_parameters_by_path")
    found = {
        one["Name"].removeprefix("/neurohub/prod/"): one["Value"]
        for page in pages.paginate(Path="/neurohub/prod", WithDecryption=True)
        for one in page["Parameters"]
    }
    settings = read(found)
    address = aws("rds").describe_db_instances()["DBInstances"][0]["Endpoint"]["Address"]
    assert settings.database_url.startswith(
        f"postgresql://neurohub:{PASSWORD}@{address}:5432/neurohub?sslmode=verify-full"
    )
    assert settings.secret_key == SECRET
    assert settings.use_s3
    assert settings.connections_per_worker * (settings.workers + 1) * 4 <= 50
    assert [str(network) for network in settings.proxies] == ["10.0.1.0/24", "10.0.2.0/24"]


def test_an_instance_is_told_to_install_what_lies_in_the_bucket(applied: Path, aws: Client) -> None:
    ec2, s3 = aws("ec2"), aws("s3")
    (version,) = ec2.describe_launch_template_versions(LaunchTemplateName="neurohub")[
        "LaunchTemplateVersions"
    ]
    script = base64.b64decode(version["LaunchTemplateData"]["UserData"])
    assert len(script) < 16 * 1024  # what EC2 takes
    kept = {one["Key"] for one in s3.list_objects_v2(Bucket="neurohub-install-prod")["Contents"]}
    digest = hashlib.sha256((applied / "bundle.tar").read_bytes()).hexdigest()
    assert kept == {f"bundle-{digest}.tar", "database-ca.pem"}
    assert f'fetch "bundle-{digest}.tar" "{digest}"'.encode() in script


def test_two_instances_stand_in_two_zones_without_a_public_address(applied: Path, aws: Client) -> None:
    (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group["MinSize"], group["MaxSize"], len(group["Instances"])) == (2, 4, 2)
    subnets = aws("ec2").describe_subnets(SubnetIds=group["VPCZoneIdentifier"].split(","))["Subnets"]
    assert {one["CidrBlock"] for one in subnets} == {"10.0.10.0/24", "10.0.11.0/24"}
    assert len({one["AvailabilityZone"] for one in subnets}) == 2
    assert not any(one["MapPublicIpOnLaunch"] for one in subnets)


def test_the_database_and_the_cache_let_the_service_in_and_nothing_out(applied: Path, aws: Client) -> None:
    groups = {one["GroupName"]: one for one in aws("ec2").describe_security_groups()["SecurityGroups"]}
    service = groups["neurohub-ec2"]["GroupId"]
    for name, port in (("neurohub-rds", 5432), ("neurohub-elasticache", 6379)):
        (rule,) = groups[name]["IpPermissions"]
        assert (rule["FromPort"], rule["ToPort"]) == (port, port)
        assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [service]
        assert rule["IpRanges"] == []
        assert groups[name]["IpPermissionsEgress"] == []


def test_alarms_tell_the_topic_and_only_those_that_are_meant_to(applied: Path, aws: Client) -> None:
    alarms = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    silent = sorted(one["AlarmName"] for one in alarms if not one["AlarmActions"])
    assert silent == [f"neurohub-errors-{window}" for window in ("1h", "30m", "5m", "6h")]
    assert len(alarms) == 17
