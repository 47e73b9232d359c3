"""Parts that pages share: findings, corrections and how completely something was read."""
