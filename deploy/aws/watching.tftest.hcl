# What is watched, and when somebody is told.

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

run "watching" {
  command = plan

  variables {
    alarm_addresses = ["plant@example.com"]
  }

  assert {
    condition     = aws_cloudwatch_log_group.service.retention_in_days == 30
    error_message = "logs of the service are kept 30 days"
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.database : group.retention_in_days == 30])
    error_message = "logs of the database too"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rds-cpu-high"].threshold == 80
    error_message = "RDS CPU 80 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rds-cpu-high"].comparison_operator == "GreaterThanThreshold"
    error_message = "above, not below"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rds-cpu-high"].alarm_name == "neurohub-rds-cpu-high"
    error_message = "neurohub-rds-cpu-high"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["neurohub-alb-5xx-high"].threshold == 5
    error_message = "5xx 5 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["neurohub-alb-5xx-high"].alarm_name == "neurohub-alb-5xx-high"
    error_message = "neurohub-alb-5xx-high"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : alarm.metric_name == null])
    error_message = "a share of all requests, not a count"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.hits.threshold == 80
    error_message = "cache hits 80 %"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rds-connections-high"].threshold < 50
    error_message = "told before the 50 connections are reached"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["rds-storage-low"].comparison_operator == "LessThanThreshold"
    error_message = "below, where little is bad"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.few_hosts.threshold == 2
    error_message = "both instances answer"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.simple["alb-p95-slow"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.simple["alb-p95-slow"].statistic == null
    error_message = "p95 is asked for as such"
  }

  assert {
    condition     = length(aws_sns_topic_subscription.mail) == 1
    error_message = "an address is told"
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.burn["neurohub-errors-fast"].alarm_rule == "ALARM(neurohub-errors-1h) AND ALARM(neurohub-errors-5m)"
    error_message = "a burning budget is seen over a long window and still over a short one"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : (alarm.alarm_name == "neurohub-alb-5xx-high") == (length(alarm.alarm_actions) == 1)])
    error_message = "one window alone wakes nobody"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.logs.rule[0].expiration[0].days == 30
    error_message = "what AWS itself logs is kept 30 days, too"
  }

  assert {
    condition     = aws_flow_log.refused.traffic_type == "REJECT"
    error_message = "what the firewall turns away is written down"
  }
}
