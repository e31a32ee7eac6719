"""The pictures of the book, drawn from what `optimizers` computes: figures, SVG, explorers.

``plots`` draws figures with matplotlib, ``pictures.explorer`` makes figures that the reader moves.
``optimizers`` never imports this package.
"""
