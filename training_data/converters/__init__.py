"""Public competency frameworks turned into dataset folders of the contract."""
