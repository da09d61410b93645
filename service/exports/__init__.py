"""Files for people outside the product: workbooks that hold values and no formulas."""
