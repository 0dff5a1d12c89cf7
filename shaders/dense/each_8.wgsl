// Rows and columns of an invocation of product_by_workgroup.wgsl: fewer loads for each product, for large matrices.

const EACH = 8u;
