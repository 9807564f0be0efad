"""Who really sent a mail: SPF, DKIM and DMARC, read strictly, and what that means for the mail."""
