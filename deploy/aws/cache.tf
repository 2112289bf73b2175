# Redis: one node without failover, as the customer sized it. It holds copies only: the service bears its loss.

resource "aws_elasticache_subnet_group" "neurohub" {
  name       = "neurohub"
  subnet_ids = aws_subnet.data[*].id
}

resource "aws_elasticache_parameter_group" "neurohub" {
  name   = "neurohub-redis7"
  family = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }
}

# A group of one node, not an `aws_elasticache_cluster`: only a group encrypts on the way, and can grow a replica.
resource "aws_elasticache_replication_group" "neurohub" {
  replication_group_id       = "neurohub-redis"
  description                = "Cache of NeuroHub"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t3.micro"
  num_cache_clusters         = 1
  automatic_failover_enabled = false
  port                       = 6379

  subnet_group_name          = aws_elasticache_subnet_group.neurohub.name
  security_group_ids         = [aws_security_group.cache.id]
  parameter_group_name       = aws_elasticache_parameter_group.neurohub.name
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auto_minor_version_upgrade = true
  maintenance_window         = "sat:19:00-sat:20:00" # Sunday, 04:00 in Seoul
  snapshot_retention_limit   = 0                     # nothing in it is worth a backup
}
