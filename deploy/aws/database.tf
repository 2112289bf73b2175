# PostgreSQL: two zones with automatic failover (1 to 2 minutes), seven days of backups.

resource "aws_db_subnet_group" "neurohub" {
  name       = "neurohub"
  subnet_ids = aws_subnet.data[*].id
}

resource "aws_db_parameter_group" "neurohub" {
  name   = "neurohub-postgres15"
  family = "postgres15"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name         = "max_connections" # the service uses at most 50; the rest is for people and migrations
    value        = "100"
    apply_method = "pending-reboot"
  }

  parameter {
    name  = "log_min_duration_statement" # ms
    value = "500"
  }

  parameter {
    name  = "log_lock_waits"
    value = "1"
  }
}

resource "aws_db_instance" "neurohub" {
  identifier        = "neurohub-postgres"
  engine            = "postgres"
  engine_version    = "15" # the newest 15.x; the customer's 15.4 is no longer offered
  instance_class    = "db.t3.medium"
  allocated_storage = 100
  storage_type      = "gp3"
  storage_encrypted = true
  multi_az          = true

  db_name             = "neurohub"
  username            = "neurohub" # RDS reserves `admin`
  password_wo         = var.database_password
  password_wo_version = var.secrets_version

  db_subnet_group_name   = aws_db_subnet_group.neurohub.name
  vpc_security_group_ids = [aws_security_group.database.id]
  parameter_group_name   = aws_db_parameter_group.neurohub.name
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period = 7
  backup_window           = "17:00-17:30"         # 02:00 in Seoul
  maintenance_window      = "sat:18:00-sat:19:00" # Sunday, 03:00 in Seoul

  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "neurohub-postgres-final"
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  depends_on = [aws_cloudwatch_log_group.database] # else RDS makes them, and they are kept for ever
}
