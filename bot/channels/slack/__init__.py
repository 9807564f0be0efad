"""The Slack channel: what people do in direct messages is stored, then acked; lines go back by Slack's Web API.

Events come over HTTP (`/slack/events`, signed) or, with an app token, over a WebSocket that we open (Socket Mode);
slack-bolt reads both. Imported only where Slack is configured.
"""

from bot.channels.slack.opening import Slack, SlackSettings, open_slack

__all__ = ["Slack", "SlackSettings", "open_slack"]
