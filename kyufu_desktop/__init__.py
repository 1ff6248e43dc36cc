"""In-house handling of the ward's sensitive cash-benefit cases on one isolated workstation."""

__version__ = "0.1.0"
