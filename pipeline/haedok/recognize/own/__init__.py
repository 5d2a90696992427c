"""Our own recogniser, which needs no other program.

crops.py        a line of the page → the picture that the net reads
net.py          pictures → log-probabilities of characters, frame by frame (`frames.py`)
lattice.py      frames → positions: what may stand where, and how likely (`calibration.py`)
raised.py       marks of notes, read once more at the size of other characters
strokes.py      hyphens, dashes and stars, told by their ink
words.py        positions → the words of a line
engine.py       all of these in a row: a page image → its lines
ctc.py          how well another text would fit the same picture
alphabet.py     what can be printed
"""
