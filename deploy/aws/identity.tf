# What an instance may do, and nothing else: its own firmware, bundle, parameters, log and metrics, and being reached
# by Session Manager instead of by SSH.

locals {
  account = data.aws_caller_identity.us.account_id

  allowed = {
    firmware = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        Resource = "arn:aws:s3:::${var.firmware_bucket}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = "arn:aws:s3:::${var.firmware_bucket}"
      },
    ]
    install = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "arn:aws:s3:::${var.install_bucket}/*"
      },
    ]
    parameters = [
      {
        Effect   = "Allow"
        Action   = ["ssm:GetParametersByPath"]
        Resource = "arn:aws:ssm:${var.region}:${local.account}:parameter${local.parameters}"
      },
    ]
    watching = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = "arn:aws:logs:${var.region}:${local.account}:log-group:${local.log_group}:*"
      },
      {
        Effect    = "Allow"
        Action    = ["cloudwatch:PutMetricData"]
        Resource  = "*" # the action knows no resources; the namespace bounds it
        Condition = { StringEquals = { "cloudwatch:namespace" = local.namespace } }
      },
    ]
    session = [
      {
        Effect = "Allow"
        Action = [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*" # the actions know no resources
      },
    ]
  }
}

resource "aws_iam_role" "app" {
  name = "neurohub-app"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "app" {
  for_each = local.allowed
  name     = each.key
  role     = aws_iam_role.app.id
  policy   = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

resource "aws_iam_instance_profile" "app" {
  name = "neurohub-app"
  role = aws_iam_role.app.name
}
