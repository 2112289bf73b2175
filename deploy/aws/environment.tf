# The service's settings, one SSM parameter each. An instance writes those below this path into `.env.aws` at its
# first boot. The two secrets pass through Terraform without being kept in its state.

locals {
  parameters = "/neurohub/prod"
  verified   = "sslmode=verify-full&sslrootcert=/etc/neurohub/database-ca.pem"

  plain = {
    REDIS_URL                     = "rediss://${aws_elasticache_replication_group.neurohub.primary_endpoint_address}:6379/0"
    USE_S3                        = "true"
    S3_BUCKET                     = var.firmware_bucket
    AWS_REGION                    = var.region
    API_HOST                      = "0.0.0.0"
    API_PORT                      = "8000"
    NEUROHUB_WORKERS              = "2"
    NEUROHUB_DATABASE_CONNECTIONS = tostring(local.connections_each)
    NEUROHUB_TRUSTED_PROXIES      = join(",", local.subnets.public) # the load balancer's, which says who called
  }
}

resource "aws_ssm_parameter" "plain" {
  for_each = local.plain
  name     = "${local.parameters}/${each.key}"
  type     = "String"
  value    = each.value
}

resource "aws_ssm_parameter" "database_url" {
  name             = "${local.parameters}/DATABASE_URL"
  type             = "SecureString"
  value_wo         = "postgresql://neurohub:${var.database_password}@${aws_db_instance.neurohub.address}:5432/neurohub?${local.verified}"
  value_wo_version = var.secrets_version
}

resource "aws_ssm_parameter" "secret_key" {
  name             = "${local.parameters}/SECRET_KEY"
  type             = "SecureString"
  value_wo         = var.secret_key
  value_wo_version = var.secrets_version
}
