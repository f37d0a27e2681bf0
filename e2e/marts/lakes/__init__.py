"""Made-up lakes, as export would leave them: small, and full of edges. Every person in them is invented."""
