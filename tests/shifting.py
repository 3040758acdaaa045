"""Settings with which deployments shift traffic, one for each strategy: few, because each costs a synthesis."""

CERTIFICATE = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"

BLUE_GREEN: dict[str, object] = {"deployment_strategy": "blue-green"}
"""Over plain HTTP, with the placeholder until an image is chosen."""

CANARY: dict[str, object] = {
    "deployment_strategy": "canary",
    "deployment_gate_minutes": 60,
    "deployment_check_paths": ("/api/v1/orders",),
    "certificate_arn": CERTIFICATE,
    "domain_name": "api.example.com",
}
"""Over HTTPS, with everything that there is."""

LINEAR: dict[str, object] = {"deployment_strategy": "linear", "image_tag": "v1"}
"""With an image that the settings name."""
