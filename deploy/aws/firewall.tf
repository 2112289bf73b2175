# Security groups as the customer lists them, and one more for the endpoints inside the VPC. A group without a rule
# lets nothing through: database and cache have no egress at all.

locals {
  callers = var.factory == null ? "0.0.0.0/0" : var.factory.network
}

resource "aws_security_group" "balancer" {
  name        = "neurohub-alb"
  description = "Load balancer: HTTPS from outside"
  vpc_id      = aws_vpc.neurohub.id
}

resource "aws_security_group" "app" {
  name        = "neurohub-ec2"
  description = "Service: from the load balancer alone"
  vpc_id      = aws_vpc.neurohub.id
}

resource "aws_security_group" "database" {
  name        = "neurohub-rds"
  description = "PostgreSQL: from the service alone"
  vpc_id      = aws_vpc.neurohub.id
}

resource "aws_security_group" "cache" {
  name        = "neurohub-elasticache"
  description = "Redis: from the service alone"
  vpc_id      = aws_vpc.neurohub.id
}

resource "aws_security_group" "endpoint" {
  name        = "neurohub-endpoints"
  description = "AWS's own services, reached inside the VPC"
  vpc_id      = aws_vpc.neurohub.id
}

resource "aws_vpc_security_group_ingress_rule" "balancer_https" {
  security_group_id = aws_security_group.balancer.id
  description       = "HTTPS"
  cidr_ipv4         = local.callers
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "balancer_app" {
  count             = 2
  security_group_id = aws_security_group.balancer.id
  description       = "Service in its private subnets"
  cidr_ipv4         = local.subnets.app[count.index]
  ip_protocol       = "tcp"
  from_port         = 8000
  to_port           = 8000
}

resource "aws_vpc_security_group_ingress_rule" "app_balancer" {
  security_group_id            = aws_security_group.app.id
  description                  = "Load balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
}

resource "aws_vpc_security_group_egress_rule" "app_database" {
  security_group_id            = aws_security_group.app.id
  description                  = "PostgreSQL"
  referenced_security_group_id = aws_security_group.database.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "app_cache" {
  security_group_id            = aws_security_group.app.id
  description                  = "Redis"
  referenced_security_group_id = aws_security_group.cache.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_vpc_security_group_egress_rule" "app_s3" {
  security_group_id = aws_security_group.app.id
  description       = "S3, through the gateway endpoint"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "app_endpoint" {
  security_group_id            = aws_security_group.app.id
  description                  = "Parameters, logs and metrics"
  referenced_security_group_id = aws_security_group.endpoint.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "database_app" {
  security_group_id            = aws_security_group.database.id
  description                  = "Service"
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "cache_app" {
  security_group_id            = aws_security_group.cache.id
  description                  = "Service"
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_vpc_security_group_ingress_rule" "endpoint_app" {
  security_group_id            = aws_security_group.endpoint.id
  description                  = "Service"
  referenced_security_group_id = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
