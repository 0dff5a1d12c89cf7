// The soft-DTW recursion over one tile, u[i,j] = k[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]), with k = 2^-c.
// The borders of a tile are the row above it, the column to its left, and the corner between them.
// With TANGENT, each number also carries the derivative T of -log2 u in a direction Z of the costs:
//   T[i,j] = z[i,j] + sum over the three neighbours of P T   (Blondel, Mensch & Vert 2020, section 3)
// where P are the weights with which u[i,j] came from them.

override TANGENT: bool = false;   // carry the derivative in a direction
override DIRECTION: bool = false; // the direction is `extra`; else it is the costs themselves
override MEAN: bool = false;      // the recursion runs without costs: all paths count the same
override PROCESSOR: bool = false; // a software driver runs this

// Weights are shares of a positive sum; where no path arrives, all are 0.
const SMALLEST_SUM = 1e-20f;

struct Number {
    u: Extended,
    // T as a whole number and a fraction: it grows with the length, while its differences between neighbours stay small
    // and must not lose digits.
    t: vec2<f32>,
}

alias Row = array<Number, COLUMNS>;
alias Column = array<Number, ROWS>;
alias Tile = array<Number, CELLS>;

// How each cell of a tile came from the diagonal, from above and from the left: the weights, which sum to 1, as `Shares`, and
// their derivatives.
struct Weights {
    p: array<Shares, CELLS>,
    t: array<vec3<f32>, CELLS>,
}

// Three weights: `m` times `unit`.
struct Shares {
    m: vec3<f32>,
    unit: f32,
}

// With one division for all three: on processors they take longest.
fn shares_of(sum: f32, m: vec3<f32>) -> Shares {
    let inverse = 1.0 / max(sum, SMALLEST_SUM);
    // A processor's division is right to the last bit. Weights themselves are often denormal numbers, at which it is slow.
    if PROCESSOR { return Shares(m, inverse); }
    // Paths multiply thousands of them, whose sum so must be 1, and a GPU's division may err to one side. In this order the rest is not rounded
    // to one side.
    let quotients = m * inverse;
    return Shares(quotients + quotients * (((1.0 - quotients.x) - quotients.y) - quotients.z), 1.0);
}

// Numbers over one exponent, that of the largest of them; what lies more than 2^126 below it becomes 0.
struct Aligned {
    m: vec3<f32>,
    e: f32,
}

// Mesa's `max` looks for NaN as well, which takes two instructions more.
fn larger(a: f32, b: f32) -> f32 {
    if PROCESSOR { return select(b, a, a > b); }
    return max(a, b);
}

// `up` comes last, here and in the sum: the cell above is what a cell waits for.
fn aligned(diagonal: Extended, up: Extended, left: Extended) -> Aligned {
    let e = larger(up.e, larger(diagonal.e, left.e));
    let scales = vec3(power_of_two(diagonal.e - e), power_of_two(up.e - e), power_of_two(left.e - e));
    return Aligned(vec3(diagonal.m, up.m, left.m) * scales, e);
}

// All cells of a tile, from its costs and the direction. The last row and column are the next tiles' borders.
fn forward_tile(
    costs: array<f32, CELLS>,
    direction: array<f32, CELLS>,
    above: Row,
    left: Column,
    corner: Number,
    weights: ptr<function, Weights>,
) -> Tile {
    var c = costs;
    var z = direction;
    var column = left;
    var tile: Tile;
    // Called once for each column instead of in a loop: drivers unroll the short inner loop and then keep
    // all of the tile in registers, but give up on both loops together.
    forward_column(0u, &c, &z, &column, corner, above[0], &tile, weights);
    forward_column(1u, &c, &z, &column, above[0], above[1], &tile, weights);
    forward_column(2u, &c, &z, &column, above[1], above[2], &tile, weights);
    forward_column(3u, &c, &z, &column, above[2], above[3], &tile, weights);
    return tile;
}

// Column t of the tile, from the top down: `column` holds the column to its left, and afterwards this one.
fn forward_column(
    t: u32,
    costs: ptr<function, array<f32, CELLS>>,
    directions: ptr<function, array<f32, CELLS>>,
    column: ptr<function, Column>,
    corner: Number,
    above: Number,
    tile: ptr<function, Tile>,
    weights: ptr<function, Weights>,
) {
    // Eight rows at a time: drivers unroll a loop over so many, but not over twice as many.
    var arriving = array<Number, 2>(corner, above);
    forward_rows(0u, t, costs, directions, column, &arriving, tile, weights);
    if ROWS > 8u { forward_rows(8u, t, costs, directions, column, &arriving, tile, weights); }
}

// Eight rows of column t, from `first` on; `arriving` holds what comes diagonally and from above.
fn forward_rows(
    first: u32,
    t: u32,
    costs: ptr<function, array<f32, CELLS>>,
    directions: ptr<function, array<f32, CELLS>>,
    column: ptr<function, Column>,
    arriving: ptr<function, array<Number, 2>>,
    tile: ptr<function, Tile>,
    weights: ptr<function, Weights>,
) {
    var diagonal = (*arriving)[0];
    var up = (*arriving)[1];
    for (var r = first; r < first + 8u; r++) {
        let cell = r * COLUMNS + t;
        let left = (*column)[r];
        let from_ = aligned(diagonal.u, up.u, left.u);
        let sum = (from_.m.x + from_.m.z) + from_.m.y;
        let p = shares_of(sum, from_.m);
        (*weights).p[cell] = p;
        let c = (*costs)[cell];
        let whole_c = floor(c);
        let fraction_c = c - whole_c;
        var tangent = vec2(0.0);
        if TANGENT {
            let shares = p.m * p.unit;
            // Around a whole number near the mean, so that only small numbers are multiplied and added.
            let whole = vec3(diagonal.t.x, up.t.x, left.t.x);
            let base = round(dot(shares, whole));
            let t3 = (whole - base) + vec3(diagonal.t.y, up.t.y, left.t.y);
            let mean = dot(shares, t3);
            (*weights).t[cell] = shares * (mean - t3);
            var z = vec2(round(c), c - round(c));
            if DIRECTION || MEAN {
                let direction = (*directions)[cell];
                z = vec2(round(direction), direction - round(direction));
            } else if c >= FORBIDDEN {
                z = vec2(0.0);
            }
            let next = mean + z.y;
            // To the nearest, so that small numbers of either sign keep their digits.
            tangent = vec2(base + z.x + round(next), next - round(next));
        }
        diagonal = left;
        up = Number(times(inverse_power(whole_c, fraction_c), Extended(sum, from_.e)), tangent);
        (*column)[r] = up;
        (*tile)[cell] = up;
    }
    *arriving = array<Number, 2>(diagonal, up);
}

// What the recursion takes as costs.
fn recursion_costs(costs: array<f32, CELLS>) -> array<f32, CELLS> {
    if MEAN { return array<f32, CELLS>(); }
    return costs;
}

// The direction of a tile, 0 where no path may pass; where it is the costs that the recursion runs over, `forward_column` takes
// these as they are: a driver may round a product differently each time that it is used, and the entropy is a small difference.
fn tile_direction(i0: u32, j0: u32, costs: array<f32, CELLS>, masked: array<f32, CELLS>) -> array<f32, CELLS> {
    var c = costs;
    var allowed = masked;
    var z: array<f32, CELLS>;
    if TANGENT && (DIRECTION || MEAN) {
        for (var r = 0u; r < ROWS; r++) {
            for (var t = 0u; t < COLUMNS; t++) {
                let cell = r * COLUMNS + t;
                var direction = c[cell];
                if DIRECTION { direction = direction_at(i0 + r, j0 + t); }
                let counts = i0 + r < q.n && j0 + t < q.m && allowed[cell] < FORBIDDEN;
                z[cell] = select(0.0, direction, counts);
            }
        }
    }
    return z;
}

fn direction_at(i: u32, j: u32) -> f32 {
    let cell = (q.cells * p.n + min(i, q.n - 1u)) * p.m + min(j, q.m - 1u);
    return extra[p.extra_first + cell] * p.direction_scale;
}

fn zero_number() -> Number { return Number(zero(), vec2(0.0)); }

fn first_number() -> Number { return Number(Extended(1.0, 0.0), vec2(0.0)); }

fn normalized_number(a: Number) -> Number { return Number(normalized(a.u), a.t); }

fn zero_row() -> Row {
    return Row(zero_number(), zero_number(), zero_number(), zero_number());
}

fn zero_column() -> Column {
    var column: Column;
    for (var r = 0u; r < ROWS; r++) {
        column[r] = zero_number();
    }
    return column;
}

fn normalized_row(row: Row) -> Row {
    return Row(normalized_number(row[0]), normalized_number(row[1]), normalized_number(row[2]), normalized_number(row[3]));
}
