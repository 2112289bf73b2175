# What a person needs after `terraform apply`.

output "balancer" {
  description = "Point the service's name (a CNAME or an alias) here."
  value       = aws_lb.neurohub.dns_name
}

output "database" {
  description = "Address of the database, reached from the instances alone."
  value       = aws_db_instance.neurohub.address
}

output "logs" {
  description = "Log group of the service: `aws logs tail`."
  value       = aws_cloudwatch_log_group.service.name
}
