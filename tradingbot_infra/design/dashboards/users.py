"""Users: who is there, whether they get in, and what the API answers them."""

from tradingbot_infra.design.dashboards.panel import (
    DAY_TO_DAY,
    TROUBLESHOOTING,
    Classic,
    DashboardDesign,
    Level,
    Panel,
    Query,
    Threshold,
    Unit,
    View,
    of,
)

_MINUTE = 60


def users(environment: str, availability_percent: float) -> DashboardDesign:
    """The dashboard of those who look after users. `availability_percent` is what they are promised."""
    return DashboardDesign(
        name="users",
        title="Users",
        description="Who is there, whether they get in, and what the API answers them",
        korean="접속 중인 사용자, 로그인 성공 여부, API 응답",
        panels=(*_numbers(environment, availability_percent), *_courses(environment)),
    )


def _requests(environment: str, window: str, by: str = "", matcher: str = "") -> str:
    """Requests in a window, by a label. `matcher` chooses among the classes of status."""
    selector = of("trading_api_requests_total", environment).removesuffix("}") + (f",{matcher}" if matcher else "") + "}"
    return f"sum{f' by ({by}) ' if by else ''}(increase({selector}[{window}]))"


def _numbers(environment: str, availability_percent: float) -> tuple[Panel, ...]:
    failed, all_logins = of("trading_logins_total", environment, result="failed"), of("trading_logins_total", environment)
    active = of("trading_active_users", environment)
    errors = _requests(environment, "24h", matcher='status="5xx"')
    requests = _requests(environment, "24h")
    return (
        Panel(
            title="Active users now",
            description="Users with a request in the last 15 minutes. Tasks are added: a user whom two tasks served counts twice.",
            korean="최근 15분 안에 요청한 사용자 수. 태스크별 합계이므로 두 태스크를 쓴 사용자는 두 번 셈",
            unit=Unit.COUNT,
            view=View.NUMBER,
            queries=(Query(promql=f"sum({active})", legend="Active users"),),
            section=DAY_TO_DAY,
            width=6,
            decimals=0,
            classic=(Classic(metric="trading_active_users", statistic="Sum", seconds=_MINUTE, legend="Active users"),),
        ),
        Panel(
            title="Logins, 24 h",
            description="Logins that succeeded in the last 24 hours.",
            korean="최근 24시간의 로그인 성공 수",
            unit=Unit.COUNT,
            view=View.NUMBER,
            queries=(Query(promql=f"sum(increase({of('trading_logins_total', environment, result='succeeded')}[24h]))", legend="Logins"),),
            section=DAY_TO_DAY,
            width=6,
            decimals=0,
            classic=(Classic(metric="trading_logins_total", statistic="Sum", seconds=86_400, legend="Logins, failed ones too"),),
        ),
        Panel(
            title="Failed logins, 24 h",
            description="Share of logins that failed in the last 24 hours. A rise is somebody who guesses passwords, or a broken login.",
            korean="최근 24시간의 로그인 실패 비율. 오르면 비밀번호 추측이나 로그인 장애를 의심",
            unit=Unit.RATIO,
            view=View.NUMBER,
            queries=(Query(promql=f"sum(increase({failed}[24h])) / (sum(increase({all_logins}[24h])) > 0)", legend="Failed"),),
            section=TROUBLESHOOTING,
            width=6,
            decimals=1,
        ),
        Panel(
            title="Availability, 24 h",
            description="Share of requests that the API answered without a server error in the last 24 hours.",
            korean="최근 24시간에 서버 오류 없이 응답한 요청의 비율",
            unit=Unit.RATIO,
            view=View.NUMBER,
            queries=(Query(promql=f"1 - ({errors} or 0 * {requests}) / ({requests} > 0)", legend="Availability"),),
            section=TROUBLESHOOTING,
            width=6,
            decimals=2,
            thresholds=(
                Threshold(
                    value=round(availability_percent / 100, 6),
                    level=Level.GOAL,
                    words=f"objective: {availability_percent:g} %",
                    above=False,
                ),
            ),
        ),
    )


def _courses(environment: str) -> tuple[Panel, ...]:
    active = of("trading_active_users", environment)
    logins = of("trading_logins_total", environment)
    return (
        Panel(
            title="Active users",
            description="Users with a request in the 15 minutes before each moment.",
            korean="각 시점 이전 15분 안에 요청한 사용자 수",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=f"sum({active})", legend="Active users"),),
            section=DAY_TO_DAY,
            width=12,
            classic=(Classic(metric="trading_active_users", statistic="Sum", seconds=_MINUTE, legend="Active users"),),
        ),
        Panel(
            title="Logins in 1 h",
            description="Logins that succeeded and that failed, in the hour before each moment.",
            korean="각 시점 이전 1시간의 로그인 성공과 실패",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=f"sum by (result) (increase({logins}[1h]))", legend="{result}"),),
            section=TROUBLESHOOTING,
            width=12,
            classic=(Classic(metric="trading_logins_total", statistic="Sum", seconds=3600, legend="All logins"),),
        ),
        Panel(
            title="Requests in 5 minutes, by route",
            description="Requests by the route's template, of all methods.",
            korean="경로별 5분간 요청 수",
            unit=Unit.COUNT,
            view=View.AREA,
            queries=(Query(promql=_requests(environment, "5m", "route"), legend="{route}"),),
            section=DAY_TO_DAY,
            width=12,
            classic=(Classic(metric="trading_api_requests_total", statistic="Sum", seconds=300, legend="All routes"),),
        ),
        Panel(
            title="Errors of the API in 5 minutes, by route",
            description="Requests that the API answered with an error of the client (4xx) or its own (5xx).",
            korean="경로별 5분간 오류 응답 수. 4xx는 요청 오류, 5xx는 서버 오류",
            unit=Unit.COUNT,
            view=View.LINE,
            queries=(Query(promql=_requests(environment, "5m", "route, status", 'status=~"4xx|5xx"'), legend="{route} {status}"),),
            section=TROUBLESHOOTING,
            width=12,
        ),
    )
