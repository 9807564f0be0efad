"""All wording: what Recourse says in mails, as JSON and on the terminal. The only room that imports Jinja2."""
