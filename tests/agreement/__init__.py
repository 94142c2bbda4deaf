"""The meaning against the machine: generated policies, people and questions, answered once
by plain Python from `upheld.policy.semantics.decide` and once by the guarded database."""
