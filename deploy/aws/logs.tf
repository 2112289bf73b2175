# Logs, kept for 30 days: the service's (one line of JSON a request) and the database's in CloudWatch; in a bucket what
# the load balancer saw, who touched the other buckets, and what the firewall turned away.

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

locals {
  ours = { StringEquals = { "aws:SourceAccount" = local.account } }

  writers = { # who may write where; a load balancer names no account, its folder does
    "balancer/AWSLogs/${local.account}" = { service = "logdelivery.elasticloadbalancing.amazonaws.com", when = {} }
    "buckets"                           = { service = "logging.s3.amazonaws.com", when = local.ours }
    "AWSLogs/${local.account}"          = { service = "delivery.logs.amazonaws.com", when = local.ours }
  }
}

resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18:it would log its own logging
  bucket = var.logs_bucket
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket     = aws_s3_bucket.logs.id
  depends_on = [aws_s3_bucket_versioning.logs]

  rule {
    id     = "thirty-days"
    status = "Enabled"
    filter {}

    expiration {
      days = 30
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "logs" {
  bucket     = aws_s3_bucket.logs.id
  depends_on = [aws_s3_bucket_public_access_block.logs]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = ["arn:aws:s3:::${var.logs_bucket}", "arn:aws:s3:::${var.logs_bucket}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for folder, writer in local.writers : {
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = writer.service }
        Resource  = "arn:aws:s3:::${var.logs_bucket}/${folder}/*"
        Condition = writer.when
      }],
      [{
        Effect    = "Allow"
        Action    = "s3:GetBucketAcl"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = "arn:aws:s3:::${var.logs_bucket}"
        Condition = local.ours
      }],
    )
  })
}

resource "aws_s3_bucket_logging" "neurohub" {
  for_each      = local.buckets
  bucket        = aws_s3_bucket.neurohub[each.key].id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "buckets/${each.key}/"
  depends_on    = [aws_s3_bucket_policy.logs]
}

resource "aws_flow_log" "refused" {
  vpc_id               = aws_vpc.neurohub.id
  traffic_type         = "REJECT"
  log_destination_type = "s3"
  log_destination      = aws_s3_bucket.logs.arn
  depends_on           = [aws_s3_bucket_policy.logs]
}
