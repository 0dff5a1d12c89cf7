// Comparators of network.wgsl for whole numbers of any kind, `Four` of them, that are all there is of an element.

struct Ordered {
    low: Four,
    high: Four,
}

// Not a comparison and two selections: a software driver turns the truth of a comparison of 64 bits into one of 32 and back.
fn ordered(x: Four, y: Four) -> Ordered { return Ordered(min(x, y), max(x, y)); }

// Each element of a against the one of b in its column.
fn compare(a: ptr<private, Four>, b: ptr<private, Four>) {
    let it = ordered(*a, *b);
    *a = it.low;
    *b = it.high;
}

// In each row the first element against the second, the third against the fourth.
fn compare_neighbours(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(vec4(x.xz, y.xz), vec4(x.yw, y.yw));
    *a = vec4(it.low.x, it.high.x, it.low.y, it.high.y);
    *b = vec4(it.low.z, it.high.z, it.low.w, it.high.w);
}

// The first and third elements of each row against the second and fourth ones of the other.
fn cross_neighbours(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(vec4(x.xz, y.xz), vec4(y.yw, x.yw));
    *a = vec4(it.low.x, it.high.z, it.low.y, it.high.w);
    *b = vec4(it.low.z, it.high.x, it.low.w, it.high.y);
}

// The first two elements of each row against the last two of the other, in reverse.
fn cross_halves(a: ptr<private, Four>, b: ptr<private, Four>) {
    let x = *a;
    let y = *b;
    let it = ordered(vec4(x.xy, y.xy), vec4(y.wz, x.wz));
    *a = vec4(it.low.xy, it.high.wz);
    *b = vec4(it.low.zw, it.high.yx);
}
