"""The pages of whoever teaches a course of a learning management system."""
