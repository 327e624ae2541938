"""HTTP: routes, what they take and answer, and the application they make."""
