# Logs, kept for 30 days: the service's (one line of JSON a request) and the database's.

locals {
  log_group = "/neurohub/service"
}

resource "aws_cloudwatch_log_group" "service" {
  name              = local.log_group
  retention_in_days = 30
}

resource "aws_cloudwatch_log_group" "database" {
  for_each          = toset(["postgresql", "upgrade"])
  name              = "/aws/rds/instance/neurohub-postgres/${each.key}"
  retention_in_days = 30
}
