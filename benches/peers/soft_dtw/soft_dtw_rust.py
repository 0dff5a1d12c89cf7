"""soft-dtw-rust: values of one pair at a time. Its cost is |x - y|, so that its values are checked against those of
the reference for that cost; the table that it fills is of the same size."""

import numpy as np
import soft_dtw_rust

PACKAGES = ["soft-dtw-rust"]
# It takes the exponential of a value, which may be as low as -1.77 gamma for each element; beyond, f64 overflows.
LONGEST = 400


def tasks(inputs):
    x, y, gamma = inputs["x"].astype(np.float64), inputs["y"].astype(np.float64), float(inputs["gamma"][0])

    def value():
        values = [soft_dtw_rust.compute_sdtw_1d(a, b, gamma) for a, b in zip(x, y)]
        return {"value_of_absolute_cost": np.array(values)}

    overflows = f"overflows for series longer than {LONGEST}"
    return {"value": value if x.shape[1] <= LONGEST else overflows, "gradients": "it has no gradients"}
