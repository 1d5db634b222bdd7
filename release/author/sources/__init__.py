"""What the cases, rules, lessons and services of the lab rest on, and what is to be read again."""
