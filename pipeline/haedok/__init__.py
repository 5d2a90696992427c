"""haedok (해독): recover the text of Korean scholarly papers."""

__version__ = "0.1.0"
