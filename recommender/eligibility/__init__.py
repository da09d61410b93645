"""Rules before scores: three-valued gates with a reason and a way forward."""
