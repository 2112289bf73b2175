"""What tests stand on: servers, a running service, and a floor of operators. No assertions about the product."""
