"""All wording: what Recourse says in mails and chats, as JSON and on the terminal. Alone imports Jinja2 and Babel."""
