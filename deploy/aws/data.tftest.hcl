# What must not be lost: database, firmware, and the cache that may be.

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

run "data" {
  command = plan

  assert {
    condition     = aws_db_instance.neurohub.identifier == "neurohub-postgres"
    error_message = "neurohub-postgres"
  }

  assert {
    condition     = aws_db_instance.neurohub.engine == "postgres" && tonumber(split(".", aws_db_instance.neurohub.engine_version)[0]) >= 15
    error_message = "PostgreSQL 15 or newer"
  }

  assert {
    condition     = aws_db_instance.neurohub.instance_class == "db.t3.medium"
    error_message = "RDS db.t3.medium"
  }

  assert {
    condition     = aws_db_instance.neurohub.allocated_storage == 100
    error_message = "100 GB"
  }

  assert {
    condition     = aws_db_instance.neurohub.storage_type == "gp3"
    error_message = "gp3"
  }

  assert {
    condition     = aws_db_instance.neurohub.multi_az == true
    error_message = "Multi-AZ"
  }

  assert {
    condition     = aws_db_instance.neurohub.backup_retention_period == 7
    error_message = "snapshots are kept 7 days"
  }

  assert {
    condition     = (tonumber(split(":", aws_db_instance.neurohub.backup_window)[0]) + 9) % 24 == 2
    error_message = "taken at 02:00 in Seoul, which is 9 hours ahead"
  }

  assert {
    condition     = aws_db_instance.neurohub.db_name == "neurohub"
    error_message = "the database neurohub"
  }

  assert {
    condition     = aws_db_instance.neurohub.username == "neurohub"
    error_message = "RDS refuses admin"
  }

  assert {
    condition     = aws_db_instance.neurohub.storage_encrypted && aws_db_instance.neurohub.deletion_protection && !aws_db_instance.neurohub.publicly_accessible
    error_message = "encrypted, protected, private"
  }

  assert {
    condition     = !aws_db_instance.neurohub.skip_final_snapshot
    error_message = "nothing is thrown away without a copy"
  }

  assert {
    condition     = one([for said in aws_db_parameter_group.neurohub.parameter : said.value if said.name == "max_connections"]) == "100"
    error_message = "room for the 50 connections"
  }

  assert {
    condition     = one([for said in aws_db_parameter_group.neurohub.parameter : said.value if said.name == "rds.force_ssl"]) == "1"
    error_message = "no connection in clear text"
  }

  assert {
    condition     = aws_elasticache_replication_group.neurohub.engine == "redis" && startswith(aws_elasticache_replication_group.neurohub.engine_version, "7.")
    error_message = "Redis 7"
  }

  assert {
    condition     = aws_elasticache_replication_group.neurohub.node_type == "cache.t3.micro"
    error_message = "cache.t3.micro"
  }

  assert {
    condition     = aws_elasticache_replication_group.neurohub.num_cache_clusters == 1
    error_message = "one node"
  }

  assert {
    condition     = aws_elasticache_replication_group.neurohub.port == 6379
    error_message = "on 6379"
  }

  assert {
    condition     = aws_elasticache_replication_group.neurohub.replication_group_id == "neurohub-redis"
    error_message = "neurohub-redis"
  }

  assert {
    condition     = aws_s3_bucket.neurohub["firmware"].bucket == "neurohub-firmware-prod"
    error_message = "neurohub-firmware-prod"
  }

  assert {
    condition     = aws_s3_bucket_versioning.neurohub["firmware"].versioning_configuration[0].status == "Enabled"
    error_message = "versions are kept"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.neurohub["firmware"].rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    error_message = "old versions for 90 days"
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.neurohub["firmware"].rule[0].expiration) == 0
    error_message = "a released image never expires"
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.neurohub : block.restrict_public_buckets && block.block_public_policy])
    error_message = "nothing is public"
  }
}
