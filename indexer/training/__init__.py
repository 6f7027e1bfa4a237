"""Commands that train the models of `indexer.enrich`, for `make train`."""
