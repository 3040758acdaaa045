"""The data plane of Elastic Load Balancing: what an application load balancer does with requests and targets.

`listeners` opens and closes ports as the API's listeners come and go, `proxy` answers what arrives there, `targets` knows which
targets a target group has and in what state, `health_checks` asks them. Listeners, rules and target groups themselves are ministack's.
"""
