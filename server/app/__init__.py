"""The outermost layer: processes, connections, the application, and the steps that precede every route."""
