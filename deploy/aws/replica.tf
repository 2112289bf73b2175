# A replica that counts the board, when `read_replica` says so. The service passes it over while it is behind, and reads
# nothing there that a station decides on. Its login is that of the database.

locals {
  replicas = var.read_replica ? 1 : 0
}

resource "aws_db_instance" "replica" {
  #checkov:skip=CKV_AWS_157:a replica of its own is not copied again; the service reads from the database without it
  #checkov:skip=CKV_AWS_133:what is in it is in the database's backups
  count               = local.replicas
  identifier          = "neurohub-postgres-replica"
  replicate_source_db = aws_db_instance.neurohub.identifier
  instance_class      = "db.t3.medium"
  storage_type        = "gp3"
  storage_encrypted   = true

  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.neurohub.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"
  maintenance_window     = "sat:20:00-sat:21:00" # Sunday, 05:00 in Seoul: not with the database

  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  depends_on = [aws_cloudwatch_log_group.replica]
}

resource "aws_cloudwatch_log_group" "replica" {
  for_each          = toset(var.read_replica ? ["postgresql", "upgrade"] : [])
  name              = "/aws/rds/instance/neurohub-postgres-replica/${each.key}"
  retention_in_days = 30
}

resource "aws_ssm_parameter" "replica_url" {
  count            = local.replicas
  name             = "${local.parameters}/DATABASE_REPLICA_URL"
  type             = "SecureString"
  value_wo         = "postgresql://neurohub:${var.database_password}@${aws_db_instance.replica[0].address}:5432/neurohub?${local.verified}"
  value_wo_version = var.secrets_version
}

resource "aws_cloudwatch_metric_alarm" "behind" {
  count               = local.replicas
  alarm_name          = "neurohub-rds-replica-behind"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10 # s
  period              = 60
  evaluation_periods  = 5
  treat_missing_data  = "breaching"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.replica[0].identifier }
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
