"""Training of our own recogniser; needs the extra ``[train]`` and is never needed to read pages.

    texts.py      what is printed: corpora mixed with everything that corpora have too little of
    printing.py   a text → a worn line image, 48 pixels high, with a label for every frame
    model.py      the net
    loss.py       frame-wise cross-entropy, and CTC over composed syllables
    loop.py       the training itself: resumable, with a curve in a file
    export.py     the net → ONNX
"""
