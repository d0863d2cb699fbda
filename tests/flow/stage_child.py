"""What the kill tests' fork server loads once, so that a stage starts in milliseconds and can be killed often."""

from services import stages
from services.detection import load_analysis
from services.settings import Settings

load_analysis()  # fills the caches that each child inherits


def run(settings: Settings, stage: stages.Stage) -> None:
    """Be the process of a stage."""
    stages.process(settings, stage)
