# What differs from one installation to the next. What the customer fixed is not in here: it stands where it is used.

variable "region" {
  description = "Where everything stands; Seoul."
  type        = string
  default     = "ap-northeast-2"
}

variable "zones" {
  description = "Two availability zones: the load balancer and the standby of the database ask for two."
  type        = list(string)
  default     = ["ap-northeast-2a", "ap-northeast-2c"]

  validation {
    condition     = length(distinct(var.zones)) == 2
    error_message = "zones: name two different availability zones."
  }
}

variable "certificate_arn" {
  description = "Certificate in ACM for the name by which stations and browsers call the service."
  type        = string
}

variable "bundle" {
  description = "Path of the offline bundle (`deploy/onprem/bundle.py` makes it, with Python 3.11 on x86-64 Linux) to install."
  type        = string
}

variable "database_ca" {
  description = "Path of the region's RDS certificate bundle (.pem), against which the database is verified."
  type        = string
}

variable "database_password" {
  description = "Password of the database's user; at least 24 letters and digits, so that it fits into a URL."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9]{24,128}$", var.database_password))
    error_message = "database_password: 24 to 128 letters and digits."
  }
}

variable "secret_key" {
  description = "SECRET_KEY of the service: signs its tokens, at least 32 characters."
  type        = string
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{32,128}$", var.secret_key))
    error_message = "secret_key: 32 to 128 letters, digits, - and _."
  }
}

variable "secrets_version" {
  description = "Count up to have the two secrets written again; they are kept nowhere, so nothing else can tell."
  type        = number
  default     = 1
}

variable "firmware_bucket" {
  description = "Bucket of the firmware images; bucket names are unique in the world."
  type        = string
  default     = "neurohub-firmware-prod"
}

variable "install_bucket" {
  description = "Bucket from which instances install themselves."
  type        = string
  default     = "neurohub-install-prod"
}

variable "logs_bucket" {
  description = "Bucket of the logs that AWS itself writes, for 30 days."
  type        = string
  default     = "neurohub-logs-prod"
}

variable "alarm_addresses" {
  description = "Mail addresses that alarms go to; each has to confirm once."
  type        = list(string)
  default     = []
}

variable "factory" {
  description = "Factory behind a VPN: its public address and its network. Given, nothing faces the internet any more."
  type        = object({ address = string, network = string })
  default     = null
}

variable "read_replica" {
  description = "A second database that reports read from; see replica.tf."
  type        = bool
  default     = false
}
