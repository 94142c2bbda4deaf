"""The language: what a privacy folder's policy and map say, checked and explained."""

from upheld.policy.extend import load_map, loads_map
from upheld.policy.findings import Finding, PolicyError
from upheld.policy.load import load_policy, loads_policy

__all__ = ["Finding", "PolicyError", "load_map", "load_policy", "loads_map", "loads_policy"]
