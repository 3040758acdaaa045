"""Settings at the edge that makes templates largest, all at once."""

LABEL = "a" * 63

LARGEST: tuple[str, dict[str, object]] = (
    "high-availability",
    {
        "project": "a2345678-1234567",
        "owner": "o" * 63,
        "availability_zones": "ap-southeast-2a,ap-southeast-2b,ap-southeast-2c",
        "public_subnet_cidrs": "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24",
        "private_subnet_cidrs": "10.0.3.0/24,10.0.4.0/24,10.0.5.0/24",
        "database_subnet_cidrs": "10.0.6.0/24,10.0.7.0/24,10.0.8.0/24",
        "cache_subnet_cidrs": "10.0.9.0/24,10.0.10.0/24,10.0.11.0/24",
        "nat_gateways": 3,
        "nat_type": "instance",
        "egress_ports": "443,80,7497,10443,8443,9443",
        "enable_vpc_endpoints": True,
        "redis_nodes": 6,
        "alarm_emails": ",".join(f"{number:02d}@{LABEL}.{LABEL}.example.com" for number in range(50)),
        "monthly_budget_usd": "none",  # a budget writes to ten addresses at most
        "ecr_pull_accounts": ",".join(f"111111111{number:03d}" for number in range(100)),
        "db_name": "d" * 63,
        "db_master_username": "u" * 63,
        "image_tag": "t" * 128,
        "container_user": "65534:65534",
        "health_check_path": f"/{'h' * 1023}",
        "domain_name": f"{LABEL[:52]}.{LABEL}.example.com",
        "hosted_zone_id": f"Z{'0' * 31}",
        "certificate_arn": "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000",
        # More than what starts and stops tasks at night, with which they do not go together.
        "trading_alarms": True,
        "expected_strategies": ",".join(f"{'s' * 38}{number:02d}" for number in range(20)),
        "paging_emails": ",".join(f"page{number:02d}@{LABEL}.{LABEL}.example.com" for number in range(10)),
        "chat": "telegram",
        "telegram_chat_id": "@" + "t" * 32,
        "alarm_language": "ko",
        "managed_grafana": True,
        "daily_summary": True,
        "account_stacks": True,
        "account_security": "ours",
        "account_budget_usd": "none",  # it writes to ten addresses at most
        "guardduty_runtime_monitoring": True,
        "unused_access_days": 90,
        "security_contact_name": "n" * 64,
        "security_contact_title": "t" * 50,
        "security_contact_email": f"{'e' * 60}@example.com",
        "security_contact_phone": "1" * 25,
        "github_repository": f"{'o' * 39}/{'r' * 100}",
        "github_owner_id": "1" * 20,
        "github_repository_id": "2" * 20,
        "github_image_repository": f"{'o' * 39}/{'i' * 100}",
        "github_image_repository_id": "3" * 20,
        "github_branch": "b" * 100,
        "github_environments": "production,high-availability,development",
    },
)
"""The environment with the longest name, and what changes in it."""
