# The VPC: two zones, in each a public subnet, one of the service and one of the data. The customer's subnets are
# the first of each pair. No way leads from the private ones to the internet: AWS's own services are reached inside.

locals {
  subnets = {
    public = ["10.0.1.0/24", "10.0.2.0/24"]
    app    = ["10.0.10.0/24", "10.0.11.0/24"]
    data   = ["10.0.20.0/24", "10.0.21.0/24"]
  }

  # Beyond the customer's egress: parameters and Session Manager, logs, the agent's metrics.
  reached = ["ssm", "ssmmessages", "logs", "monitoring"]
}

resource "aws_vpc" "neurohub" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "neurohub" }
}

resource "aws_default_security_group" "nothing" {
  vpc_id = aws_vpc.neurohub.id
}

resource "aws_subnet" "public" {
  count             = 2
  vpc_id            = aws_vpc.neurohub.id
  cidr_block        = local.subnets.public[count.index]
  availability_zone = var.zones[count.index]
  tags              = { Name = "neurohub-public-${count.index + 1}" }
}

resource "aws_subnet" "app" {
  count             = 2
  vpc_id            = aws_vpc.neurohub.id
  cidr_block        = local.subnets.app[count.index]
  availability_zone = var.zones[count.index]
  tags              = { Name = "neurohub-app-${count.index + 1}" }
}

resource "aws_subnet" "data" {
  count             = 2
  vpc_id            = aws_vpc.neurohub.id
  cidr_block        = local.subnets.data[count.index]
  availability_zone = var.zones[count.index]
  tags              = { Name = "neurohub-data-${count.index + 1}" }
}

resource "aws_internet_gateway" "neurohub" {
  vpc_id = aws_vpc.neurohub.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.neurohub.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.neurohub.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.neurohub.id
  route  = []
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "app" {
  count          = 2
  subnet_id      = aws_subnet.app[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_route_table_association" "data" {
  count          = 2
  subnet_id      = aws_subnet.data[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.neurohub.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]
  policy            = jsonencode(local.s3_reach)
}

locals {
  s3_reach = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OurBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:AbortMultipartUpload"]
        Resource = flatten([
          for bucket in [var.firmware_bucket, var.install_bucket] : ["arn:aws:s3:::${bucket}", "arn:aws:s3:::${bucket}/*"]
        ])
      },
      {
        Sid       = "PackagesOfAmazonLinux"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["s3:GetObject"]
        Resource  = ["arn:aws:s3:::al2023-repos-${var.region}-de612dc2/*"]
      },
    ]
  }
}

resource "aws_vpc_endpoint" "service" {
  for_each            = toset(local.reached)
  vpc_id              = aws_vpc.neurohub.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.app[*].id
  security_group_ids  = [aws_security_group.endpoint.id]
}
