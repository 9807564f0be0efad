"""The only SQL of the house: tables, units of work, inbox, outbox, the ledger, and the one work mechanism."""
