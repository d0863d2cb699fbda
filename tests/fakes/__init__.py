"""Hand-written stand-ins for the services that alerts go to, as strict as their documentation."""
