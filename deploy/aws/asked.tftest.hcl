# What is there only when asked for: the factory behind a VPN, a replica for reports. And what is refused.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  certificate_arn   = "arn:aws:acm:ap-northeast-2:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  bundle            = "./versions.tf"
  database_ca       = "./variables.tf"
  database_password = "Aaaaaaaaaaaaaaaaaaaaaaaa1"
  secret_key        = "0123456789abcdef0123456789abcdef"
}

run "asked_for" {
  command = plan

  variables {
    factory      = { address = "203.0.113.10", network = "192.168.1.0/24" }
    read_replica = true
  }

  assert {
    condition     = aws_lb.neurohub.internal
    error_message = "the load balancer leaves the internet"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.balancer_https.cidr_ipv4 == "192.168.1.0/24"
    error_message = "only the factory is let in"
  }

  assert {
    condition     = aws_customer_gateway.factory[0].ip_address == "203.0.113.10"
    error_message = "its router"
  }

  assert {
    condition     = aws_vpn_connection_route.factory[0].destination_cidr_block == "192.168.1.0/24"
    error_message = "the way back"
  }

  assert {
    condition     = aws_db_instance.replica[0].replicate_source_db == "neurohub-postgres" && !aws_db_instance.replica[0].publicly_accessible
    error_message = "a replica of the database, as private"
  }

  assert {
    condition     = aws_ssm_parameter.replica_url[0].name == "/neurohub/prod/DATABASE_REPLICA_URL"
    error_message = "the service is told of the replica"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.behind[0].threshold == 10
    error_message = "a replica 10 s behind is told"
  }
}

run "one_zone_is_refused" {
  command = plan

  variables {
    zones = ["ap-northeast-2a", "ap-northeast-2a"]
  }

  expect_failures = [var.zones]
}
