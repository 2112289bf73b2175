# The machines of the service: how many, how large, what they are told and what they may do.

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

run "service" {
  command = plan

  assert {
    condition     = aws_launch_template.neurohub.instance_type == "t3.medium"
    error_message = "EC2 t3.medium"
  }

  assert {
    condition     = aws_autoscaling_group.neurohub.min_size == 2
    error_message = "two of them"
  }

  assert {
    condition     = aws_autoscaling_group.neurohub.max_size == 4
    error_message = "four at most"
  }

  assert {
    condition     = aws_autoscaling_policy.cpu.target_tracking_configuration[0].target_value == 70
    error_message = "more above 70 % CPU"
  }

  assert {
    condition     = aws_autoscaling_policy.cpu.target_tracking_configuration[0].predefined_metric_specification[0].predefined_metric_type == "ASGAverageCPUUtilization"
    error_message = "CPU is what scales"
  }

  assert {
    condition     = aws_autoscaling_group.neurohub.health_check_type == "EC2"
    error_message = "a failover of the database must not cost the instances"
  }

  assert {
    condition     = aws_autoscaling_group.neurohub.instance_refresh[0].preferences[0].min_healthy_percentage == 100
    error_message = "a new instance comes before an old one goes"
  }

  assert {
    condition     = aws_launch_template.neurohub.metadata_options[0].http_tokens == "required"
    error_message = "credentials only by IMDSv2"
  }

  assert {
    condition     = aws_launch_template.neurohub.block_device_mappings[0].ebs[0].encrypted == "true"
    error_message = "the disk is encrypted"
  }

  assert {
    condition     = toset(concat(keys(aws_ssm_parameter.plain), ["DATABASE_URL", "SECRET_KEY"])) == toset(["DATABASE_URL", "REDIS_URL", "USE_S3", "S3_BUCKET", "AWS_REGION", "API_HOST", "API_PORT", "SECRET_KEY", "NEUROHUB_WORKERS", "NEUROHUB_DATABASE_CONNECTIONS", "NEUROHUB_TRUSTED_PROXIES"])
    error_message = "the keys of .env.aws, and three more"
  }

  assert {
    condition     = aws_ssm_parameter.plain["USE_S3"].value == "true"
    error_message = "USE_S3"
  }

  assert {
    condition     = aws_ssm_parameter.plain["S3_BUCKET"].value == "neurohub-firmware-prod"
    error_message = "S3_BUCKET"
  }

  assert {
    condition     = aws_ssm_parameter.plain["AWS_REGION"].value == "ap-northeast-2"
    error_message = "AWS_REGION"
  }

  assert {
    condition     = aws_ssm_parameter.plain["API_HOST"].value == "0.0.0.0"
    error_message = "API_HOST"
  }

  assert {
    condition     = aws_ssm_parameter.plain["API_PORT"].value == "8000"
    error_message = "API_PORT"
  }

  assert {
    condition     = aws_ssm_parameter.database_url.type == "SecureString" && aws_ssm_parameter.secret_key.type == "SecureString"
    error_message = "secrets are encrypted"
  }

  assert {
    condition     = tonumber(aws_ssm_parameter.plain["NEUROHUB_DATABASE_CONNECTIONS"].value) * aws_autoscaling_group.neurohub.max_size <= 50
    error_message = "at most 50 connections, over all instances"
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.app : alltrue([for said in jsondecode(policy.policy).Statement : alltrue([for action in said.Action : !strcontains(action, "*")])])])
    error_message = "no action by a star"
  }

  assert {
    condition     = [for name, policy in aws_iam_role_policy.app : name if anytrue([for said in jsondecode(policy.policy).Statement : said.Resource == "*"])] == ["session", "watching"]
    error_message = "a star for a resource only where the action knows no resources"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.app["install"].policy).Statement[0].Action == ["s3:GetObject"]
    error_message = "an instance cannot change what it installs"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.app["parameters"].policy).Statement[0].Resource == "arn:aws:ssm:ap-northeast-2:123456789012:parameter/neurohub/prod"
    error_message = "only its own parameters"
  }

  assert {
    condition     = aws_ssm_parameter.plain["NEUROHUB_TRUSTED_PROXIES"].value == "10.0.1.0/24,10.0.2.0/24"
    error_message = "the load balancer is believed about who called it, and nobody else"
  }
}
