"""Read Hangul that the English model of Tesseract read: garble in, Korean out, or nothing."""
