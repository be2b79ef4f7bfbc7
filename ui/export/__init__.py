"""A conversation as a file to keep: laid out once, written as Word or Markdown."""
