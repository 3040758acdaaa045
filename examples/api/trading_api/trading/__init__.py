"""How a signal becomes an order, each step a span of the trace: signal, strategy, risk, order, call of the exchange, database.

path        the way of a signal
strategy    what decides: momentum of prices, or a signal from outside
risk        what an order must keep to
orders      orders in PostgreSQL, each once
exchange    what an exchange is to the rest of the application
http        an exchange behind EXCHANGE_URL; stream is its websocket
paper       an exchange inside this process, where there is no EXCHANGE_URL
advisor     an AI provider's opinion, where there is one
ledger      profit and loss from fills
trader      the task that watches prices and trades, in the one process that holds the lease
books       what the trader tells of its money
lease       which process that is
"""
