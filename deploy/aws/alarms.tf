# What wakes somebody. The thresholds are those of observability/slo.py; a test compares them, and alerts.md says
# which alert of Prometheus is which alarm here.

locals {
  namespace = "NeuroHub" # of the agent's metrics
  balancer  = { LoadBalancer = aws_lb.neurohub.arn_suffix }
  database  = { DBInstanceIdentifier = aws_db_instance.neurohub.identifier }
  cache     = { CacheClusterId = "${aws_elasticache_replication_group.neurohub.replication_group_id}-001" }
  group     = { AutoScalingGroupName = aws_autoscaling_group.neurohub.name }
  agent     = { Group = "neurohub" }
  gibibyte  = 1024 * 1024 * 1024

  alarms = {
    rds-cpu-high         = { of = ["AWS/RDS", "CPUUtilization", "Average", local.database], above = 80, minutes = 10 }
    rds-connections-high = { of = ["AWS/RDS", "DatabaseConnections", "Maximum", local.database], above = 45, minutes = 5 }
    rds-storage-low      = { of = ["AWS/RDS", "FreeStorageSpace", "Minimum", local.database], below = 10 * local.gibibyte, minutes = 5 }
    rds-credits-low      = { of = ["AWS/RDS", "CPUCreditBalance", "Minimum", local.database], below = 60, minutes = 5 }
    ec2-cpu-high         = { of = ["AWS/EC2", "CPUUtilization", "Average", local.group], above = 80, minutes = 10 }
    ec2-memory-high      = { of = [local.namespace, "mem_used_percent", "Maximum", local.agent], above = 85, minutes = 10 }
    ec2-disk-high        = { of = [local.namespace, "disk_used_percent", "Maximum", local.agent], above = 90, minutes = 5 }
    alb-mean-slow        = { of = ["AWS/ApplicationELB", "TargetResponseTime", "Average", local.balancer], above = 0.1, minutes = 15 }
    alb-p95-slow         = { of = ["AWS/ApplicationELB", "TargetResponseTime", "p95", local.balancer], above = 1, minutes = 5 }
    elasticache-mem-high = { of = ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Maximum", local.cache], above = 95, minutes = 15 }
  }
}

resource "aws_sns_topic" "alarms" {
  name = "neurohub-alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  for_each  = toset(var.alarm_addresses)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each           = local.alarms
  alarm_name         = "neurohub-${each.key}"
  namespace          = each.value.of[0]
  metric_name        = each.value.of[1]
  statistic          = each.value.of[2] == "p95" ? null : each.value.of[2]
  extended_statistic = each.value.of[2] == "p95" ? "p95" : null
  dimensions         = each.value.of[3]

  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.above, each.value.below)
  period              = 60
  evaluation_periods  = each.value.minutes
  treat_missing_data  = "missing"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# What the balancer answers itself for want of a server is not in RequestCount. At night one bad request is no trend.
locals {
  errors = {
    # The customer's 5 %: of the requests, not the count of 50 in the example: at 500 a second 50 in five minutes is
    # nothing, at night it is all.
    neurohub-alb-5xx-high = { percent = 5, seconds = 60, times = 5, wakes = true }

    # A month's budget of 0.1 % burning 14.4 and 6 times too fast, over a long window and still over a short one.
    neurohub-errors-1h  = { percent = 1.44, seconds = 3600, times = 1, wakes = false }
    neurohub-errors-5m  = { percent = 1.44, seconds = 300, times = 1, wakes = false }
    neurohub-errors-6h  = { percent = 0.6, seconds = 21600, times = 1, wakes = false }
    neurohub-errors-30m = { percent = 0.6, seconds = 1800, times = 1, wakes = false }
  }
  burns = {
    neurohub-errors-fast = ["neurohub-errors-1h", "neurohub-errors-5m"]
    neurohub-errors-slow = ["neurohub-errors-6h", "neurohub-errors-30m"]
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.errors
  alarm_name          = each.key
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.percent
  evaluation_periods  = each.value.times
  treat_missing_data  = "notBreaching"
  alarm_actions       = each.value.wakes ? [aws_sns_topic.alarms.arn] : []
  ok_actions          = each.value.wakes ? [aws_sns_topic.alarms.arn] : []

  metric_query {
    id          = "share"
    label       = "5xx of all requests, %"
    expression  = "IF(all >= 0.05 * PERIOD(requests), 100 * (FILL(service, 0) + FILL(balancer, 0)) / all, 0)"
    return_data = true
  }

  metric_query {
    id         = "all"
    expression = "FILL(requests, 0) + FILL(balancer, 0)"
  }

  dynamic "metric_query" {
    for_each = {
      requests = "RequestCount"
      service  = "HTTPCode_Target_5XX_Count"
      balancer = "HTTPCode_ELB_5XX_Count"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        period      = each.value.seconds
        stat        = "Sum"
        dimensions  = local.balancer
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "burn" {
  for_each      = local.burns
  alarm_name    = each.key
  alarm_rule    = join(" AND ", [for name in each.value : "ALARM(${name})"])
  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
  depends_on    = [aws_cloudwatch_metric_alarm.errors]
}

resource "aws_cloudwatch_metric_alarm" "hits" {
  alarm_name          = "neurohub-elasticache-hits-low"
  comparison_operator = "LessThanThreshold"
  threshold           = 80
  evaluation_periods  = 15
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "share"
    label       = "Hits of all reads, %"
    expression  = "IF(hits + misses >= 60, 100 * hits / (hits + misses), 100)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { hits = "CacheHits", misses = "CacheMisses" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ElastiCache"
        metric_name = metric_query.value
        period      = 60
        stat        = "Sum"
        dimensions  = local.cache
      }
    }
  }
}

# Stops an instance refresh as well; so it must not depend on the group that it watches over.
resource "aws_cloudwatch_metric_alarm" "few_hosts" {
  alarm_name          = "neurohub-alb-hosts-few"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = local.instances_least
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  dimensions = {
    LoadBalancer = aws_lb.neurohub.arn_suffix
    TargetGroup  = aws_lb_target_group.neurohub.arn_suffix
  }
}
