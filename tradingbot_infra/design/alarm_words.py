"""What alarms say to people, by the last part of the alarm's name (setting alarm_language).

English words of alarms that the design document names stand where the alarm is made; here is what they are in Korean. The alarms of
design/trading_alarms.py have both in their rows.
"""

from collections.abc import Mapping
from typing import Literal

from tradingbot_infra.design.trading_alarms import OUTAGE, SERVICE_DOWN, TradingAlarm

Language = Literal["en", "ko"]

RUNBOOK: Mapping[Language, str] = {
    "en": 'First: docs/runbook.md, "When trading is an alarm", row {name}',
    "ko": "먼저 볼 곳: docs/runbook.ko.md, '거래 경보가 울리면'의 {name} 행",
}
"""Where people look first."""

_KOREAN: Mapping[str, str] = {
    "ecs-cpu": "ECS CPU 사용률이 높습니다",
    "ecs-memory": "ECS 메모리 사용률이 높습니다",
    "ecs-no-tasks": "실행 중인 태스크가 없습니다",
    "alb-response-time": "API 응답이 느립니다",
    "alb-5xx": "API가 서버 오류를 반환하고 있습니다",
    "alb-unhealthy-targets": "태스크가 헬스 체크에 실패하고 있습니다",
    "alb-unhealthy-targets-green": "태스크가 헬스 체크에 실패하고 있습니다",
    "rds-cpu": "RDS CPU 사용률이 높습니다",
    "rds-free-storage": "RDS 여유 스토리지가 부족합니다",
    "rds-free-memory": "RDS 여유 메모리가 부족합니다",
    "rds-connections": "RDS 연결 수가 한도에 가깝습니다",
    "redis-cpu": "Redis CPU 사용률이 높습니다",
    "redis-host-cpu": "Redis 노드의 CPU 사용률이 높습니다",
    "redis-memory": "Redis 메모리가 거의 찼습니다",
    "redis-evictions": "Redis에서 많은 키가 제거(eviction)되고 있습니다",
    "redis-connections": "Redis 연결 수가 많습니다",
    "application-errors": "애플리케이션 로그에 오류가 많습니다",
    "flow-log-silent": "VPC 플로우 로그에 레코드가 들어오지 않습니다",
    "flow-log-rejects": "보안 그룹과 네트워크 ACL이 많은 연결을 차단하고 있습니다",
    "waf-blocked": "AWS WAF가 많은 요청을 차단하고 있습니다",
    "password-rollout": "태스크가 데이터베이스의 현재 비밀번호를 쓰는지 확인되지 않고 있습니다",
    "backup-failed": "데이터베이스 백업에 실패했습니다",
    "backup-expired": "데이터베이스 백업이 정해진 시간 안에 시작되지 못했습니다",
}

_OF_OUTAGES: Mapping[str, Mapping[Language, str]] = {
    OUTAGE: {
        "en": "Trading has stopped, or goes on blind: at least one alarm of silence, prices or streams rings",
        "ko": "거래가 멈췄거나 데이터 없이 진행되고 있습니다. 하트비트·가격·스트림 경보 중 하나 이상이 울리고 있습니다",
    },
    SERVICE_DOWN: {
        "en": "No task passes its health check: nothing serves and nothing trades",
        "ko": "헬스 체크를 통과한 태스크가 없습니다. 서비스와 거래가 모두 멈췄습니다",
    },
}

_NO_HEARTBEAT: Mapping[Language, str] = {
    "en": "Strategy {strategy} has written no heartbeat to the log",
    "ko": "전략 {strategy}의 하트비트가 로그에 남지 않고 있습니다",
}


def in_language(language: Language, name: str, english: str) -> str:
    """The description of an alarm of the service or of a control. `name` may end with a Redis node's number."""
    return english if language == "en" else _KOREAN[name.rstrip("0123456789").removesuffix("-")]


def of_trading(language: Language, row: TradingAlarm) -> str:
    """The description of an alarm of trading."""
    return _with_runbook(language, row.name, row.english if language == "en" else row.korean)


def of_outage(language: Language, name: str) -> str:
    """The description of the composite alarm, or of the one that the service is down."""
    return _with_runbook(language, name, _OF_OUTAGES[name][language])


def of_strategy(language: Language, strategy: str) -> str:
    """The description of the alarm that hears one strategy's silence in the log."""
    return _with_runbook(language, "no-heartbeat", _NO_HEARTBEAT[language].format(strategy=strategy))


def _with_runbook(language: Language, name: str, words: str) -> str:
    return f"{words}. {RUNBOOK[language].format(name=name)}"
