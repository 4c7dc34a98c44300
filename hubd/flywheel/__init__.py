"""From feedback to better models: labels, refit, judge, promote. Nothing lives here yet."""
