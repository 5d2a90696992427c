"""Training of our own recogniser; needs the extra ``[train]`` and is never needed to read pages.

What is printed: ``corpora`` (what is at hand), ``phrases`` and ``references`` (pieces of lines),
``texts`` (lines: corpora mixed with everything that corpora have too little of).

How it is printed: ``casts`` (which fonts), ``glyphs`` (what they draw), ``printing`` (a text → a
line image, 48 pixels high, with the place of every character), ``distort`` (as other faces might
have it), ``line_wear`` (what scanners do).

What is learnt: ``targets`` (a label for every frame), ``data`` (batches without end), ``model``
(the net), ``loss`` (frame-wise cross-entropy, and CTC over composed syllables), ``loop`` (the
training itself: resumable, with a curve in a file), ``evaluate``, ``export`` (the net → ONNX),
``calibrate`` (how sure it may say it is).
"""
