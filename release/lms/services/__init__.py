"""The services of a platform that this tool uses (LTI Advantage), as messages: nothing is sent from here."""
