"""The Batch API: requests handed in at once, answered within a day, at half the price.

What comes back goes into the cache under the key of its request, so that `run` then makes no call.
"""
