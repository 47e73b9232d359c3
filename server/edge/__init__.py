"""The outermost layer: processes, connections, the application and what happens to each request before its route."""
