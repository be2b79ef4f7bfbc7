"""The views of the page: what stands where, its events, and what answers them."""
