"""Static analysis: what scenes of one home do to each other and to themselves, before they run."""
