"""A made-up exchange for development and tests: prices, orders, an account, an AI provider, and faults that can be switched on.

It knows no user and holds no money. Never let anything that trades for real reach it.

__main__  starts the server
server    the application: delay, refusal and rate limit of every call
trading   the endpoints that a trader uses: stream, prices, orders, account
provider  an AI provider in a few lines, for the cost of its calls
admin     the endpoints that switch faults
market    prices, a function of time alone
book      orders and the account
limits    the rate limit
faults    what can go wrong
"""
