# Places and doors: the subnets, the load balancer and what may talk to what.

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

run "network" {
  command = plan

  assert {
    condition     = aws_vpc.neurohub.cidr_block == "10.0.0.0/16"
    error_message = "VPC 10.0.0.0/16"
  }

  assert {
    condition     = aws_subnet.public[0].cidr_block == "10.0.1.0/24"
    error_message = "public subnet 10.0.1.0/24"
  }

  assert {
    condition     = aws_subnet.app[0].cidr_block == "10.0.10.0/24"
    error_message = "private subnet of EC2 10.0.10.0/24"
  }

  assert {
    condition     = aws_subnet.data[0].cidr_block == "10.0.20.0/24"
    error_message = "private subnet of the data 10.0.20.0/24"
  }

  assert {
    condition     = alltrue([for net in [aws_subnet.public, aws_subnet.app, aws_subnet.data] : net[0].availability_zone != net[1].availability_zone])
    error_message = "each pair of subnets lies in two zones"
  }

  assert {
    condition     = alltrue([for net in concat(aws_subnet.app, aws_subnet.data) : net.map_public_ip_on_launch != true])
    error_message = "nothing private has a public address"
  }

  assert {
    condition     = length(aws_route_table.private.route) == 0
    error_message = "no way leads from the private subnets to the internet"
  }

  assert {
    condition     = toset(keys(aws_vpc_endpoint.service)) == toset(["ssm", "ssmmessages", "logs", "monitoring"])
    error_message = "SSM and CloudWatch are reached inside the VPC"
  }

  assert {
    condition     = aws_lb.neurohub.load_balancer_type == "application" && aws_lb.neurohub.internal == false
    error_message = "an application load balancer that faces the internet"
  }

  assert {
    condition     = aws_lb_listener.https.port == 443 && aws_lb_listener.https.protocol == "HTTPS"
    error_message = "HTTPS on 443"
  }

  assert {
    condition     = aws_lb_listener.https.ssl_policy == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    error_message = "TLS 1.3"
  }

  assert {
    condition     = aws_lb_target_group.neurohub.port == 8000 && aws_lb_target_group.neurohub.protocol == "HTTP"
    error_message = "the service answers on 8000"
  }

  assert {
    condition     = aws_lb_target_group.neurohub.health_check[0].interval == 30
    error_message = "a health check each 30 seconds"
  }

  assert {
    condition     = aws_lb_target_group.neurohub.health_check[0].path == "/health"
    error_message = "of /health"
  }

  assert {
    condition     = aws_lb.neurohub.idle_timeout > 15
    error_message = "the live board, which comments every 15 s, is not cut off"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.balancer_https.cidr_ipv4 == "0.0.0.0/0" && aws_vpc_security_group_ingress_rule.balancer_https.to_port == 443
    error_message = "ALB in: everybody to 443"
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.balancer_app : rule.cidr_ipv4] == aws_subnet.app[*].cidr_block
    error_message = "ALB out: the private subnets"
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.balancer_app : rule.from_port == 8000 && rule.to_port == 8000])
    error_message = "ALB out: 8000"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.app_balancer.from_port == 8000 && aws_vpc_security_group_ingress_rule.app_balancer.to_port == 8000
    error_message = "EC2 in: ALB to 8000"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.app_database.to_port == 5432
    error_message = "EC2 out: RDS 5432"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.app_cache.to_port == 6379
    error_message = "EC2 out: ElastiCache 6379"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.app_s3.to_port == 443
    error_message = "EC2 out: S3 443"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database_app.to_port == 5432
    error_message = "RDS in: EC2 to 5432"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cache_app.to_port == 6379
    error_message = "ElastiCache in: EC2 to 6379"
  }

  assert {
    condition     = length(aws_vpn_connection.factory) + length(aws_db_instance.replica) == 0
    error_message = "no VPN and no replica unless asked for"
  }
}
