// The rows of a tile: sixteen, where loads and stores take most of the time. A row above and the y's then serve twice as many cells,
// but a tile fills twice as many registers and compiles twice as long.

const ROWS = 16u;
