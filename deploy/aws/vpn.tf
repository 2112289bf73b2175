# The factory behind a VPN, when `factory` is given: two tunnels to its router. The load balancer is then internal
# and lets in the factory's network alone.

locals {
  vpn = var.factory == null ? 0 : 1
}

resource "aws_customer_gateway" "factory" {
  count      = local.vpn
  type       = "ipsec.1"
  ip_address = var.factory.address
  bgp_asn    = 65000 # asked for, unused: the routes are static
}

resource "aws_vpn_gateway" "neurohub" {
  count  = local.vpn
  vpc_id = aws_vpc.neurohub.id
}

resource "aws_vpn_connection" "factory" {
  count                = local.vpn
  type                 = "ipsec.1"
  customer_gateway_id  = aws_customer_gateway.factory[0].id
  vpn_gateway_id       = aws_vpn_gateway.neurohub[0].id
  static_routes_only   = true
  tunnel1_ike_versions = ["ikev2"]
  tunnel2_ike_versions = ["ikev2"]
}

resource "aws_vpn_connection_route" "factory" {
  count                  = local.vpn
  vpn_connection_id      = aws_vpn_connection.factory[0].id
  destination_cidr_block = var.factory.network
}

resource "aws_vpn_gateway_route_propagation" "public" {
  count          = local.vpn
  vpn_gateway_id = aws_vpn_gateway.neurohub[0].id
  route_table_id = aws_route_table.public.id # the load balancer's, which answers into the tunnel
}
