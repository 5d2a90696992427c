"""Training the net that reads Korean from both sides (``haedok.repair.korean_net``).

``material`` draws windows of running text, ``noise`` misreads syllables and spaces as damage does,
``model`` is the network, ``loop`` trains it and ``export`` writes what is shipped. Run by a
maintainer, never by a user of the product.
"""
