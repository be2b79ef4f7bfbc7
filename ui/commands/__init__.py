"""Commands of ``wence``, and what all of them share: options, progress, how they print."""
