# One CloudWatch board with every metric that the customer lists. The Grafana boards know more: observability/.

locals {
  charts = [
    { title = "EC2: CPU, %", of = ["AWS/EC2", "CPUUtilization"], by = local.group },
    { title = "EC2: memory, %", of = [local.namespace, "mem_used_percent"], by = local.agent },
    { title = "EC2: disk, %", of = [local.namespace, "disk_used_percent"], by = local.agent },
    { title = "EC2: network in, bytes", of = ["AWS/EC2", "NetworkIn"], by = local.group },
    { title = "EC2: network out, bytes", of = ["AWS/EC2", "NetworkOut"], by = local.group },
    { title = "RDS: connections", of = ["AWS/RDS", "DatabaseConnections"], by = local.database },
    { title = "RDS: reads a second", of = ["AWS/RDS", "ReadIOPS"], by = local.database },
    { title = "RDS: writes a second", of = ["AWS/RDS", "WriteIOPS"], by = local.database },
    { title = "RDS: free storage, bytes", of = ["AWS/RDS", "FreeStorageSpace"], by = local.database },
    { title = "ALB: answer time, s", of = ["AWS/ApplicationELB", "TargetResponseTime"], by = local.balancer },
    { title = "ALB: 4xx", of = ["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count"], by = local.balancer },
    { title = "ALB: 5xx", of = ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"], by = local.balancer },
    { title = "ElastiCache: hit rate, %", of = ["AWS/ElastiCache", "CacheHitRate"], by = local.cache },
    { title = "ElastiCache: memory, %", of = ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage"], by = local.cache },
  ]
}

resource "aws_cloudwatch_dashboard" "neurohub" {
  dashboard_name = "neurohub"

  dashboard_body = jsonencode({
    widgets = [
      for number, chart in local.charts : {
        type   = "metric"
        x      = number % 4 * 6
        y      = floor(number / 4) * 6
        width  = 6
        height = 6
        properties = {
          title   = chart.title
          region  = var.region
          view    = "timeSeries"
          period  = 60
          stat    = endswith(chart.title, "xx") ? "Sum" : "Average"
          metrics = [concat(chart.of, flatten([for name, value in chart.by : [name, value]]))]
        }
      }
    ]
  })
}
