"""Re-rank everybody: shards of employees and the engines that run them."""
