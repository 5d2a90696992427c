"""Learning to read what the English model of Tesseract made of Hangul: simulate, train, export.

``simulate`` prints running text and has the engine read it; ``model`` is the network, ``loop``
trains it and ``export`` writes what ``haedok.decipher`` ships. Run by a maintainer, never by a user
of the product.
"""
