# What wakes somebody. The thresholds are meant to be those of observability/slo.py, where there are such.

locals {
  namespace = "NeuroHub" # of the agent's metrics
  balancer  = { LoadBalancer = aws_lb.neurohub.arn_suffix }
  database  = { DBInstanceIdentifier = aws_db_instance.neurohub.identifier }
  cache     = { CacheClusterId = "${aws_elasticache_replication_group.neurohub.replication_group_id}-001" }
  group     = { AutoScalingGroupName = aws_autoscaling_group.neurohub.name }
  agent     = { Group = "neurohub" }
  gibibyte  = 1024 * 1024 * 1024

  alarms = {
    rds-cpu-high          = { of = ["AWS/RDS", "CPUUtilization", "Average", local.database], above = 80, minutes = 5 }
    rds-connections-high  = { of = ["AWS/RDS", "DatabaseConnections", "Maximum", local.database], above = 50, minutes = 5 }
    rds-storage-low       = { of = ["AWS/RDS", "FreeStorageSpace", "Minimum", local.database], below = 20 * local.gibibyte, minutes = 5 }
    rds-credits-low       = { of = ["AWS/RDS", "CPUCreditBalance", "Minimum", local.database], below = 60, minutes = 5 }
    ec2-cpu-high          = { of = ["AWS/EC2", "CPUUtilization", "Average", local.group], above = 80, minutes = 5 }
    ec2-memory-high       = { of = [local.namespace, "mem_used_percent", "Maximum", local.agent], above = 85, minutes = 5 }
    ec2-disk-high         = { of = [local.namespace, "disk_used_percent", "Maximum", local.agent], above = 85, minutes = 5 }
    alb-mean-slow         = { of = ["AWS/ApplicationELB", "TargetResponseTime", "Average", local.balancer], above = 0.1, minutes = 15 }
    alb-p95-slow          = { of = ["AWS/ApplicationELB", "TargetResponseTime", "p95", local.balancer], above = 1, minutes = 5 }
    elasticache-mem-high  = { of = ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Maximum", local.cache], above = 85, minutes = 5 }
    elasticache-evictions = { of = ["AWS/ElastiCache", "Evictions", "Maximum", local.cache], above = 0, minutes = 15 }
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

# 5 % of the requests, not the count of 50 in the customer's example: at 500 a second 50 in five minutes is nothing,
# at night it is all. What the balancer answers itself for want of a server is not in RequestCount.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "neurohub-alb-5xx-high"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "share"
    label       = "5xx of all requests, %"
    expression  = "IF(all >= 10, 100 * (FILL(service, 0) + FILL(balancer, 0)) / all, 0)"
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
        period      = 60
        stat        = "Sum"
        dimensions  = local.balancer
      }
    }
  }
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
