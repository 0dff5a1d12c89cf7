// Where an invocation stands in its dispatch, and how a kernel gets its parameters.

override WORKGROUP: u32 = 64u; // invocations per workgroup

// A dispatch of more than 65,535 workgroups runs over two dimensions.
fn workgroup_index(id: vec3<u32>, count: vec3<u32>) -> u32 {
    return id.x + id.y * count.x;
}

// The kernel's own struct `Params`, behind an index that the host sets to 0. Mesa's software driver compiles a
// shader again for every dispatch when loops or branches depend on uniforms that it can find by a constant
// offset (it writes their values into the code); it cannot follow this one. Every `main` begins with
// `p = parameters.list[parameters.index.x];`.
struct Parameters {
    index: vec4<u32>,
    list: array<Params, 1>,
}

var<private> p: Params;
