"""The memory's index: vectors and a graph in Cognee, rebuildable at any time from the passages in our own tables.

Importing Cognee takes ten seconds and 300 MB, so `cognee_index`, `cognee_vectors` and `cognee_graph` import it inside their
functions, and only the `sergas memory` process calls those.
"""
