// Columns of images (conv.wgsl), of a = activation(scale_c x + shift_c) for each channel c.
// x [images, channels, height, width], scale, shift [channels] -> columns [images, channels, taps, height, width]
// Invocation g owns element g of the columns.
// Loops: none. Bounds: g < images channels taps height width; x within the image.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> scale: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read_write> columns: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override KERNEL: u32 = 3u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let taps = KERNEL * KERNEL;
    if g >= p.images * p.channels * taps * pixels() { return; }
    let at = g % pixels();
    let tap = g / pixels() % taps;
    let image = g / pixels() / taps; // one channel of one
    // Shifted by r; what is before the first pixel becomes large.
    let row = at / p.width + tap / KERNEL - KERNEL / 2u;
    let column = at % p.width + tap % KERNEL - KERNEL / 2u;
    var a = 0.0;
    if row < p.height && column < p.width {
        let c = image % p.channels;
        let value = x[p.x_first + image * pixels() + row * p.width + column];
        a = activation(scale[p.scale_first + c] * value + shift[p.shift_first + c]);
    }
    columns[g] = a;
}
