# Beside a copy of deploy/aws in tests: the simulated AWS (moto) in place of the real one, without what it does not know.

terraform {
  backend "local" {}
}

provider "aws" {
  access_key        = "test"
  secret_key        = "test"
  s3_use_path_style = true
  max_retries       = 1
}

resource "aws_cloudwatch_composite_alarm" "burn" {
  for_each = {}
}

resource "aws_s3_bucket_logging" "neurohub" {
  for_each = {} # it stumbles over the policy of the bucket
}

resource "aws_elasticache_parameter_group" "neurohub" {
  count = 0
}

resource "aws_elasticache_replication_group" "neurohub" {
  count                = 0
  parameter_group_name = "default.redis7"
}

locals {
  cache = { CacheClusterId = "neurohub-redis-001" }
  plain = {
    REDIS_URL                     = "rediss://simulated:6379/0"
    USE_S3                        = "true"
    S3_BUCKET                     = var.firmware_bucket
    AWS_REGION                    = var.region
    API_HOST                      = "0.0.0.0"
    API_PORT                      = "8000"
    NEUROHUB_WORKERS              = "2"
    NEUROHUB_DATABASE_CONNECTIONS = tostring(local.connections_each)
    NEUROHUB_TRUSTED_PROXIES      = join(",", local.subnets.public)
  }
}
