"""What a home keeps beside its index: conversations, ratings, uploads, question sets and runs."""
