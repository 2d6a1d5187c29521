"""Helpdesk: messages to support, stored before anybody is thanked, and their way to a helpdesk."""
