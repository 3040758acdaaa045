"""The application in running form: what "What the image must bring" (docs/design.md) asks of an image, and where your own begins.

__main__     starts the server: SIGTERM, idle connections, log
main         the FastAPI application and what lives as long as it does
routes/      the endpoints, by subject
database     the pool of connections, which survives a rotation of the password
trading/     how a signal becomes an order
metrics/     the trading metrics, and how they are sent
telemetry/   traces, and what sends traces and metrics
credentials  user and password, read again when a login fails
signals      the newest signals, in Redis or in memory
settings     the variables of the container
log          one JSON object a line; requests gives each request an id and a line
"""
