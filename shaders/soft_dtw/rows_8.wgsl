// The rows of a tile: eight, as all kernels over pairs can have.

const ROWS = 8u;
