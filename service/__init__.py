"""Who sees it: command line, HTTP service, pages and the database behind them."""
