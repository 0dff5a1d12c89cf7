// Rows and columns of an invocation of product_by_workgroup.wgsl.

const EACH = 4u;
