"""What the settings show and take: forms read, an LLM tried, the home at a glance."""
