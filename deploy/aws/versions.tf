# What has to be there to apply this folder, and where its state is kept.

terraform {
  required_version = ">= 1.11" # write-only arguments: no secret reaches the state

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # bucket, key and region come with `terraform init -backend-config=...`, so that two plants share this folder
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = { Application = "neurohub" }
  }
}

data "aws_caller_identity" "us" {}
