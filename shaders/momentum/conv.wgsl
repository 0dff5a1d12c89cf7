// What kernels of convolutions are told. Images are [images, channels, height, width], and their columns [images, channels, taps, height, width]:
//   column[b, c, t, y, x] = a[b, c, y + i - r, x + j - r],  t = i KERNEL + j,  r = (KERNEL - 1) / 2
// with zeros outside the image, so that a convolution is a product of its weights [out, channels taps] with the columns of each image.

struct Params {
    images: u32,
    channels: u32,
    height: u32,
    width: u32,
    chunks: u32,
    x_first: u32, // where tensors begin in their bindings
    scale_first: u32,
    shift_first: u32,
    other_first: u32,
    out_first: u32,
    padding0: u32,
    padding1: u32,
}

fn pixels() -> u32 { return p.height * p.width; }

// Of an element of an array [.., channels, height, width].
fn channel_of(element: u32) -> u32 { return element / pixels() % p.channels; }
