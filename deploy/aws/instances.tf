# The service: two t3.medium, up to four while the CPU is above 70 %. An instance installs itself at its first boot
# and keeps nothing: it is replaced, never repaired.

locals {
  instances_least  = 2
  instances_most   = 4
  connections_each = floor((50 - 2) / local.instances_most) # of the 50, 2 are kept for a migration and a look inside
}

resource "aws_launch_template" "neurohub" {
  name                   = "neurohub"
  image_id               = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
  instance_type          = "t3.medium"
  vpc_security_group_ids = [aws_security_group.app.id]
  user_data              = base64encode(local.install)

  iam_instance_profile {
    arn = aws_iam_instance_profile.app.arn
  }

  credit_specification {
    cpu_credits = "unlimited" # a busy day costs cents more instead of throttling the floor
  }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type = "gp3"
      volume_size = 20
      encrypted   = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "neurohub" }
  }
}

locals {
  install = templatefile("${path.module}/install.sh.tftpl", {
    root          = ""
    region        = var.region
    bucket        = aws_s3_object.bundle.bucket
    bundle        = aws_s3_object.bundle.key
    bundle_sha256 = filesha256(var.bundle)
    ca_sha256     = filesha256(var.database_ca)
    parameters    = local.parameters
    log_group     = aws_cloudwatch_log_group.service.name
  })
}

resource "aws_autoscaling_group" "neurohub" {
  name                = "neurohub"
  min_size            = local.instances_least
  max_size            = local.instances_most
  vpc_zone_identifier = aws_subnet.app[*].id
  target_group_arns   = [aws_lb_target_group.neurohub.arn]

  # Not "ELB": /health says no while the database fails over, for a minute or two. That must take the instances out
  # of the load balancer, which it does, and not have all of them thrown away.
  health_check_type         = "EC2"
  health_check_grace_period = 300
  default_instance_warmup   = 300

  launch_template {
    id      = aws_launch_template.neurohub.id
    version = aws_launch_template.neurohub.latest_version
  }

  # A new bundle is a new launch template, a new setting or secret a new tag: either replaces the instances, a new one
  # first. When fewer than two answer, the refresh stops and goes back.
  instance_refresh {
    strategy = "Rolling"
    triggers = ["tag"]

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      instance_warmup        = 300
      auto_rollback          = true

      alarm_specification {
        alarms = [aws_cloudwatch_metric_alarm.few_hosts.alarm_name]
      }
    }
  }

  tag {
    key                 = "Application"
    value               = "neurohub"
    propagate_at_launch = true
  }

  tag {
    key                 = "Settings"
    value               = "${sha256(jsonencode([local.plain, var.read_replica]))}-${var.secrets_version}"
    propagate_at_launch = false
  }

  depends_on = [
    aws_ssm_parameter.database_url, aws_ssm_parameter.replica_url, aws_ssm_parameter.secret_key, aws_s3_object.database_ca,
  ]
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "neurohub-cpu"
  autoscaling_group_name = aws_autoscaling_group.neurohub.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}
