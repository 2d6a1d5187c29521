"""Accounts: who of the support team may sign in, and what each may do."""
