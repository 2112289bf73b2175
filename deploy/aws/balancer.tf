# The load balancer: HTTPS in, HTTP to the service on port 8000. Plain HTTP is not answered at all.

resource "aws_lb" "neurohub" {
  name                       = "neurohub"
  internal                   = var.factory != null
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.balancer.id]
  subnets                    = aws_subnet.public[*].id
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  idle_timeout               = 60 # s; the live board comments every 15 s, the service answers or refuses within 8 s

  access_logs {
    bucket  = aws_s3_bucket_policy.logs.bucket
    prefix  = "balancer"
    enabled = true
  }
}

resource "aws_lb_target_group" "neurohub" {
  name                          = "neurohub"
  vpc_id                        = aws_vpc.neurohub.id
  port                          = 8000
  protocol                      = "HTTP"
  load_balancing_algorithm_type = "least_outstanding_requests"
  deregistration_delay          = 30 # s; no request takes longer than 8 s

  health_check {
    path                = "/health"
    interval            = 30
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
    matcher             = "200"
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.neurohub.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-3-2021-06" # TLS 1.3 and nothing older, as on-premises
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.neurohub.arn
  }
}
