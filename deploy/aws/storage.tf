# Two buckets: the firmware images, and what instances install. Both keep what was overwritten or deleted for 90 days.
# Current images never expire: the customer's example rule would have deleted released firmware after 90 days.

locals {
  buckets = { firmware = var.firmware_bucket, install = var.install_bucket }
}

resource "aws_s3_bucket" "neurohub" {
  for_each = local.buckets
  bucket   = each.value
}

resource "aws_s3_bucket_versioning" "neurohub" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.neurohub[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "neurohub" {
  for_each   = local.buckets
  bucket     = aws_s3_bucket.neurohub[each.key].id
  depends_on = [aws_s3_bucket_versioning.neurohub]

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "neurohub" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.neurohub[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "neurohub" {
  for_each                = local.buckets
  bucket                  = aws_s3_bucket.neurohub[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "neurohub" {
  for_each   = local.buckets
  bucket     = aws_s3_bucket.neurohub[each.key].id
  depends_on = [aws_s3_bucket_public_access_block.neurohub]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyEncryptedConnections"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${each.value}", "arn:aws:s3:::${each.value}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_object" "bundle" {
  bucket      = aws_s3_bucket.neurohub["install"].bucket
  key         = "bundle-${filesha256(var.bundle)}.tar"
  source      = var.bundle
  source_hash = filesha256(var.bundle)
}

resource "aws_s3_object" "database_ca" {
  bucket      = aws_s3_bucket.neurohub["install"].bucket
  key         = "database-ca.pem"
  source      = var.database_ca
  source_hash = filesha256(var.database_ca)
}
