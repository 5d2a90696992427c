"""Room under construction."""

from haedok.model import Line
from haedok.repair.evidence import Evidence
from haedok.repair.readings import Reading
from haedok.settings import Repair


def find(text: str) -> tuple[tuple[int, int, float], ...]:
    return ()


def cure(line: Line, evidence: Evidence, settings: Repair) -> tuple[Reading, ...]:
    return ()
