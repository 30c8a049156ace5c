"""The nearest row of each row that asks, by a peer's index under L1: SOURCE RESULT METHOD.

SOURCE is an npz with ``reference`` and ``queries``, float32. Writes an npz with ``indices``, the
processor seconds of building and of asking, and the peak memory. A method yields after its imports, when its
index is built, and then what it finds. Runs in an environment of its own.
"""

import sys
import time

import numpy as np

SEED = 1


def ball_tree(reference, queries):
    from sklearn.neighbors import BallTree

    yield
    tree = BallTree(reference, metric="manhattan")
    yield
    yield tree.query(queries, 1)[1][:, 0]


def all_pairs(reference, queries):
    from sklearn.neighbors import NearestNeighbors

    yield
    index = NearestNeighbors(n_neighbors=1, algorithm="brute", metric="manhattan").fit(reference)
    yield
    yield index.kneighbors(queries, return_distance=False)[:, 0]


def descent(reference, queries):
    from pynndescent import NNDescent

    yield
    index = NNDescent(reference, metric="manhattan", n_neighbors=30, random_state=SEED)
    index.prepare()
    yield
    yield index.query(queries, k=1)[0][:, 0]


def hnsw(reference, queries):
    import faiss

    yield
    index = faiss.IndexHNSWFlat(reference.shape[1], 32, faiss.METRIC_L1)
    index.add(reference)
    index.hnsw.efSearch = 64
    yield
    yield index.search(queries, 1)[1][:, 0]


METHODS = {"balltree": ball_tree, "brute": all_pairs, "pynndescent": descent, "faiss": hnsw}

source, result, method = sys.argv[1:4]
given = np.load(source)
steps = METHODS[method](given["reference"], given["queries"])
next(steps)
started = time.process_time()
next(steps)
built = time.process_time()
indices = next(steps)
asked = time.process_time()
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
np.savez(result, indices=indices, build=built - started, ask=asked - built, megabytes=peak)
