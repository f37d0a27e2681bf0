"""What tests and benchmarks run with: programs, servers, tools, and what is printed."""
