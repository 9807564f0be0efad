"""Local stand-ins for Slack and Telegram, for the demo and the tests: real HTTP servers on loopback."""
