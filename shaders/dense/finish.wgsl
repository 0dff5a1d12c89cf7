// What a product ends with, for four columns of a row.
//   z = sum (+ bias) (+ what the output holds)
//   out = activation(z), or z times the activation's derivative at `before`; z may be kept as well

struct Params {
    m: u32,            // rows of the output
    n: u32,            // its columns
    k_begin: u32,      // the depth that is summed over, in fours
    k_end: u32,
    a_first: u32,      // where the operands begin, how long their rows are, and how far it is from one of the batch to the next:
    a_stride: u32,     // in numbers, or in texels
    a_batch: u32,
    b_first: u32,
    b_stride: u32,
    b_batch: u32,
    tiles_m: u32,
    tiles_n: u32,
    out_first: u32,
    kept_first: u32,
    bias_first: u32,
    before_first: u32, // `before` has rows like those of the output
    before_stride: u32,
    before_batch: u32,
    k: u32,            // the whole depth, in numbers
    padding: u32,
}

override BIAS: bool = false;
override ADD: bool = false;        // to what the output holds
override KEEP: bool = false;       // z too
override DERIVATIVE: bool = false; // times the derivative of the activation

// Where four numbers of the output stand, counted from its beginning.
fn finish(batch: u32, row: u32, column: u32, sum: vec4<f32>) {
    if row >= p.m || column >= p.n { return; }
    let at = (batch * p.m + row) * p.n + column;
    var z = sum;
    if ADD { z += output_at(p.out_first + at, column); }
    if BIAS { z += bias_at(column); }
    if KEEP { keep(p.kept_first + at, column, z); }
    var y = z;
    if DERIVATIVE {
        let x = before_at(batch, row, column);
        y *= vec4(activation_derivative(x.x), activation_derivative(x.y), activation_derivative(x.z), activation_derivative(x.w));
    } else {
        y = vec4(activation(z.x), activation(z.y), activation(z.z), activation(z.w));
    }
    store(p.out_first + at, column, y);
}
