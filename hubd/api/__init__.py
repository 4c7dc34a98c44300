"""REST and WebSocket over aiohttp."""
