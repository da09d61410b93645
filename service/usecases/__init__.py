"""What the command line and the HTTP service both do, as plain functions.

Nothing here knows of a terminal or of HTTP; progress, the day and the seed come in as parameters.
"""
