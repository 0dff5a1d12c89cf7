// From gradients in the columns of images (conv.wgsl) to those in the images.
//   z = scale_c x + shift_c,   of_z = activation'(z) sum over taps of of_columns,   of_x = scale_c of_z
// of_columns [images, channels, taps, height, width], x [images, channels, height, width], scale, shift [channels] -> of_z, of_x like x
// Invocation g owns element g of x.
// Loops: taps. Bounds: g < images channels height width; columns within the image.

@group(0) @binding(0) var<storage, read> of_columns: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read_write> of_z: array<f32>;
@group(0) @binding(5) var<storage, read_write> of_x: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override KERNEL: u32 = 3u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.images * p.channels * pixels() { return; }
    let taps = KERNEL * KERNEL;
    let at = g % pixels();
    let image = g / pixels(); // one channel of one
    var sum = 0.0;
    for (var tap = 0u; tap < taps; tap++) {
        let row = at / p.width + KERNEL / 2u - tap / KERNEL;
        let column = at % p.width + KERNEL / 2u - tap % KERNEL;
        if row < p.height && column < p.width {
            sum += of_columns[(image * taps + tap) * pixels() + row * p.width + column];
        }
    }
    let c = channel_of(g);
    let factor = scale[p.scale_first + c];
    let z = factor * x[p.x_first + g] + shift[p.shift_first + c];
    let d = sum * activation_derivative(z);
    of_z[g] = d;
    of_x[p.out_first + g] = factor * d;
}
